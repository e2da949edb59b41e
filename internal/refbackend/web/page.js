
"use strict";

const interval = 1000; // milliseconds between two looks
const good = new Set(["active", "available", "attached", "ready", "in-use", "free", "succeeded"]);
const bad = new Set(["failure", "failed", "revoked", "expired"]);
const off = new Set(["passive", "suspended", "skipped"]);

const find = (id) => document.getElementById(id);

// make builds an element. Text is only ever set as text.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

function stateClass(state) {
  if (good.has(state)) return "state good";
  if (bad.has(state)) return "state bad";
  return off.has(state) ? "state" : "state busy";
}

const showState = (state, count) =>
  state ? make("span", { class: stateClass(state) }, count === undefined ? state : `${count} ${state}`) : "";

let key = "";        // as typed in, where one is needed
let last = "";       // what is shown
let view = null;     // the same, decoded
let states = null;   // by object, to see what has changed

function table(headings, rows, label) {
  const body = make("tbody", null, ...rows);
  const head = make("thead", null, make("tr", null, ...headings.map((text) => make("th", { scope: "col" }, text))));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, make("table", null, head, body));
}

function itemRow(item, place, before, stateful) {
  const name = `${place} ${item.id}`;
  states.set(name, item.state);
  const changed = before && before.get(name) !== item.state;
  return make("tr", { class: changed ? "changed" : undefined },
    make("th", { scope: "row" }, item.name || "–"),
    stateful ? make("td", null, showState(item.state)) : undefined,
    make("td", { class: "detail" }, item.detail),
    make("td", { class: "id" }, item.id));
}

function groupElement(group, place, before, wanted) {
  const items = group.items.filter((item) => `${item.name} ${item.id} ${item.state} ${item.detail}`.toLowerCase().includes(wanted));
  const counts = Object.entries(group.states).sort(([a], [b]) => a.localeCompare(b)).map(([state, count]) => showState(state, count));
  const title = make("h3", null, `${group.title} (${group.total})`, make("span", { class: "states" }, ...counts));
  const headings = counts.length > 0 ? ["Name", "State", "Detail", "Id"] : ["Name", "Detail", "Id"];
  const rows = items.map((item) => itemRow(item, place, before, counts.length > 0));
  const parts = [title, table(headings, rows, `${group.title}, ${place}`)];
  if (items.length < group.total) {
    parts.push(make("p", { class: "more" }, `${items.length} of ${group.total} shown`));
  }
  return make("section", { class: group.title === "VMs" ? "group wide" : "group" }, ...parts);
}

function projectElement(project, before, wanted) {
  const groups = project.groups.filter((group) => group.total > 0);
  const title = make("div", { class: "title" },
    make("h2", null, project.name),
    project.default ? make("span", { class: "badge" }, "default") : undefined,
    make("span", { class: "id" }, project.id));
  const content = groups.length === 0
    ? make("p", { class: "empty" }, "Nothing in this project yet.")
    : make("div", { class: "groups" }, ...groups.map((group) => groupElement(group, project.name, before, wanted)));
  return make("article", { id: `project-${project.id}`, "aria-label": `Project ${project.name}` }, title, content);
}

function requestRow(entry) {
  const failed = entry.status === 0 || entry.status >= 400;
  return make("tr", null,
    make("td", null, make("time", { datetime: entry.time }, entry.time.slice(11, 19))),
    make("td", null, make("span", { class: failed ? "state bad" : "state good" }, entry.status ? String(entry.status) : "no answer")),
    make("td", null, entry.method),
    make("td", { class: "path" }, entry.path + (entry.query ? `?${entry.query}` : "")),
    make("td", { class: "detail" }, (entry.operation || "") + (entry.fault ? `, fault ${entry.fault}` : "")));
}

// keepScroll draws anew without moving what somebody reads.
function keepScroll(draw) {
  const offsets = new Map([...document.querySelectorAll(".scroll")].map((box) => [box.getAttribute("aria-label"), box.scrollTop]));
  const focused = document.activeElement?.getAttribute("aria-label");
  draw();
  for (const box of document.querySelectorAll(".scroll")) {
    const label = box.getAttribute("aria-label");
    box.scrollTop = offsets.get(label) || 0;
    if (label && label === focused) box.focus({ preventScroll: true });
  }
}

function draw() {
  const before = states;
  const wanted = find("filter").value.trim().toLowerCase();
  states = new Map();
  find("account").textContent = `${view.account} · ${view.id}`;
  find("projects").replaceChildren(...view.projects.map((project) => projectElement(project, before, wanted)));
  find("jump").replaceChildren(...view.projects.map((project) => {
    const total = project.groups.reduce((sum, group) => sum + group.total, 0);
    return make("li", null, make("a", { href: `#project-${project.id}` }, project.name), ` ${total}`);
  }));
  const groups = view.groups.filter((group) => group.total > 0);
  find("shared").hidden = groups.length === 0;
  find("shared").querySelector(".groups").replaceChildren(...groups.map((group) => groupElement(group, "account", before, wanted)));
  find("requests").hidden = view.requests.length === 0;
  find("requests").querySelector(".scroll").replaceWith(
    table(["Time", "Status", "Method", "Path", "Operation"], view.requests.map(requestRow), "Latest requests"));
  find("login").hidden = true;
  find("content").hidden = false;
}

function drawFacts(clock, overview) {
  const facts = [["Clock", `${clock.now.slice(0, 19).replace("T", " ")} UTC`], ["Timing", overview.timing]];
  if (clock.scale === 0) facts.push(["Speed", "stopped"]);
  else if (clock.scale !== null && clock.scale !== 1) facts.push(["Speed", `×${clock.scale}`]);
  if (overview.faults > 0) facts.push(["Fault rules", overview.faults]);
  if (overview.pace > 0) facts.push(["Pace rules", overview.pace]);
  find("facts").replaceChildren(...facts.map(([name, value]) => make("div", null, make("dt", null, name), make("dd", null, String(value)))));
}

function say(text, status) {
  const line = find("connection");
  if (line.textContent !== text) line.textContent = text;
  line.className = status;
}

function askForKey() {
  find("content").hidden = true;
  find("login").hidden = false;
  find("refusal").textContent = key ? "That key is not valid here." : "";
  key = "";
  last = "";
  states = null;
  say("Waiting for a key", "");
}

async function look() {
  const response = await fetch("overview.json", { headers: key ? { "X-API-Key": key } : {} });
  if (response.status === 401) return askForKey();
  if (!response.ok) throw new Error(`status ${response.status}`);
  const overview = await response.json();
  say("Live", "live");
  const { clock, ...rest } = overview;
  drawFacts(clock, overview);
  const now = JSON.stringify(rest);
  if (now === last) return;
  last = now;
  view = overview;
  keepScroll(draw);
}

async function watch() {
  try {
    if (!document.hidden && !(find("content").hidden && !find("login").hidden)) await look();
  } catch {
    say("The backend does not answer", "lost");
  }
  setTimeout(watch, interval);
}

find("login").addEventListener("submit", (event) => {
  event.preventDefault();
  key = find("key").value.trim();
  find("key").value = "";
  look().catch(() => say("The backend does not answer", "lost"));
});
find("filter").addEventListener("input", () => keepScroll(draw));
watch();
