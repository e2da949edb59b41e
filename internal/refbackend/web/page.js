
"use strict";

const interval = 500;      // milliseconds between two looks at the requests …
const looksPerOverview = 2; // … of which each second one is at the objects, too
const typing = 150;        // milliseconds of rest after which a filter counts
const requestRows = 500;   // that are shown
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
let wanted = "";     // the filter
let account = "";    // the number of the one that is shown, where there are several
let requests = null; // that are shown, the latest first; null before the first look
let looks = 0;

// ask fetches something of the backend, as it is for the key, the filter and the account.
function ask(path, parameters) {
  const query = new URLSearchParams({ filter: wanted, account, ...parameters });
  return fetch(`${path}?${query}`, { headers: key ? { "X-API-Key": key } : {} });
}

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

function groupElement(group, place, before) {
  const counts = Object.entries(group.states).sort(([a], [b]) => a.localeCompare(b)).map(([state, count]) => showState(state, count));
  const title = make("h3", null, `${group.title} (${group.total})`, make("span", { class: "states" }, ...counts));
  const headings = counts.length > 0 ? ["Name", "State", "Detail", "Id"] : ["Name", "Detail", "Id"];
  const rows = group.items.map((item) => itemRow(item, place, before, counts.length > 0));
  const parts = [title, table(headings, rows, `${group.title}, ${place}`)];
  if (group.matching < group.total) {
    parts.push(make("p", { class: "more" }, `${group.matching} of ${group.total} fit the filter`));
  }
  if (group.items.length < group.matching) {
    parts.push(make("p", { class: "more" }, `The first ${group.items.length} of ${group.matching} are shown; the filter looks through all.`));
  }
  return make("section", { class: group.title === "VMs" ? "group wide" : "group" }, ...parts);
}

const sum = (groups, field) => groups.reduce((total, group) => total + group[field], 0);

// fitting are the groups of which there is something to show.
const fitting = (groups) => groups.filter((group) => (wanted ? group.matching : group.total) > 0);

function projectElement(project, before) {
  const groups = fitting(project.groups);
  const title = make("div", { class: "title" },
    make("h2", null, project.name),
    project.default ? make("span", { class: "badge" }, "default") : undefined,
    make("span", { class: "id" }, project.id));
  const content = groups.length === 0
    ? make("p", { class: "empty" }, "Nothing in this project yet.")
    : make("div", { class: "groups" }, ...groups.map((group) => groupElement(group, project.name, before)));
  return make("article", { id: `project-${project.id}`, "aria-label": `Project ${project.name}` }, title, content);
}

function duration(milliseconds) {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds < 0.1) return "<0.1 ms";
  return milliseconds >= 10 ? `${Math.round(milliseconds)} ms` : `${milliseconds.toFixed(1)} ms`;
}

function requestRow(entry, fresh) {
  const failed = entry.status === 0 || entry.status >= 400;
  return make("tr", { class: fresh ? "changed" : undefined },
    make("td", null, make("time", { datetime: entry.time }, entry.time.slice(11, 19))),
    make("td", null, entry.method),
    make("td", { class: "path", title: entry.operation || undefined }, entry.path),
    make("td", { title: entry.project || undefined }, entry.project_name || entry.project || "–"),
    make("td", null, make("span", { class: failed ? "state bad" : "state good" }, entry.status ? String(entry.status) : "no answer")),
    make("td", { class: "detail" }, entry.fault ? `rule ${entry.fault}` : "–"),
    make("td", { class: "number" }, duration(entry.milliseconds)));
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
  states = new Map();
  const projects = view.projects.filter((project) => !wanted || fitting(project.groups).length > 0);
  const groups = fitting(view.groups);
  const all = [...view.projects.flatMap((project) => project.groups), ...view.groups];
  find("account").textContent = `${view.account} · ${view.id}`;
  find("projects").replaceChildren(...projects.map((project) => projectElement(project, before)));
  find("jump").replaceChildren(...view.projects.map((project) => make("li", null,
    projects.includes(project) ? make("a", { href: `#project-${project.id}` }, project.name) : project.name,
    ` ${sum(project.groups, wanted ? "matching" : "total")}`)));
  find("shared").hidden = groups.length === 0;
  find("shared").querySelector(".groups").replaceChildren(...groups.map((group) => groupElement(group, "account", before)));
  find("outcome").hidden = !wanted;
  find("outcome").textContent = `${sum(all, "matching")} of ${sum(all, "total")} objects fit the filter. What does not is left out.`;
  drawChoice(view.accounts);
  find("login").hidden = true;
  find("content").hidden = false;
}

// drawChoice lets one of several accounts be chosen.
function drawChoice(numbers) {
  const chooser = find("account-number");
  find("choice").hidden = numbers.length === 0;
  if (chooser.dataset.numbers === numbers.join()) return;
  chooser.dataset.numbers = numbers.join();
  chooser.replaceChildren(...numbers.map((number) => make("option", { value: number }, String(number))));
  chooser.value = String(view.number);
}

function drawRequests(body, fresh) {
  const rows = requests.map((entry) => requestRow(entry, fresh.has(entry.number)));
  const count = body.first > body.last ? 0 : body.last - body.first + 1;
  let text = `the latest ${requests.length} of ${count}, as they come`;
  if (wanted) text = `${requests.length} shown that fit the filter, of ${count}`;
  if (count === 0) text = `none yet: run Terraform with RAFF_API_URL=${location.origin} and watch`;
  find("requests-count").textContent = text;
  find("requests").hidden = false;
  find("requests").querySelector(".scroll").replaceWith(
    table(["Time", "Method", "Path", "Project", "Status", "Fault", "Duration"], rows, "Requests"));
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
  forget();
  say("Waiting for a key", "");
}

// forget makes the next look show everything anew.
function forget() {
  last = "";
  states = null;
  requests = null;
}

let shownRun = ""; // whose requests are shown
let shownLast = 0; // the number of the latest one looked at

// lookAtRequests asks for those that have come since the last look.
async function lookAtRequests() {
  const filter = wanted, number = account;
  const response = await ask("requests.json", { after: requests ? shownLast : 0 });
  find("requests").hidden = !response.ok;
  if (!response.ok) return;
  const body = await response.json();
  if (filter !== wanted || number !== account) return; // no longer what is asked for
  if (requests && body.run !== shownRun) {
    requests = null;
    shownLast = 0;
    return lookAtRequests();
  }
  const kept = (requests || []).filter((entry) => entry.number >= body.first);
  const same = requests && body.requests.length === 0 && kept.length === requests.length && body.last === shownLast;
  const there = new Set(kept.map((entry) => entry.number)); // two looks may have been under way
  const come = body.requests.filter((entry) => !there.has(entry.number));
  const fresh = new Set(requests ? come.map((entry) => entry.number) : []);
  requests = [...come, ...kept].slice(0, requestRows);
  shownRun = body.run;
  shownLast = body.last;
  if (!same) keepScroll(() => drawRequests(body, fresh));
}

async function lookAtObjects() {
  const filter = wanted, number = account;
  const response = await ask("overview.json");
  if (response.status === 401) return askForKey();
  if (!response.ok) throw new Error(`status ${response.status}`);
  const overview = await response.json();
  if (filter !== wanted || number !== account) return;
  say("Live", "live");
  const { clock, ...rest } = overview;
  drawFacts(clock, overview);
  const now = JSON.stringify(rest);
  if (now === last) return;
  last = now;
  view = overview;
  keepScroll(draw);
}

async function look() {
  if (looks++ % looksPerOverview === 0) await lookAtObjects();
  if (view && find("login").hidden) await lookAtRequests();
}

// lookAnew shows everything for another filter, account or key at once.
function lookAnew() {
  forget();
  looks = 0;
  look().catch(() => say("The backend does not answer", "lost"));
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
  lookAnew();
});
let resting;
find("filter").addEventListener("input", () => {
  clearTimeout(resting);
  resting = setTimeout(() => {
    wanted = find("filter").value.trim();
    lookAnew();
  }, typing);
});
find("account-number").addEventListener("change", () => {
  account = find("account-number").value;
  lookAnew();
});
watch();
