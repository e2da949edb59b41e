// Package guides reads pages of the documentation as their readers do: the blocks of code are the files of a
// configuration, and the commands that are run in it.
//
// Comments in front of a block, which no reader sees, say what becomes of it:
//
//	<!-- configuration: NAME -->     a new directory begins; what follows belongs to it
//	<!-- newest-cli: REASON -->      the configuration needs a Terraform of version 1.14 or later
//	<!-- file: NAME -->              the name of the next block's file; without it, each block of HCL is a file of its own
//	<!-- hidden: NAME                a file that the reader has, and that the page does not show
//	TEXT -->
//	<!-- copy: PATH -->              what is in this directory of the repository is in the reader's
//	<!-- setup: COMMANDS -->         what is done before, and the page does not show
//	<!-- plan-error: TEXT -->        the plan of the next block is refused with the text
//	<!-- run: N -->                  the next block of shell commands is run, and ends with the exit code N
//	<!-- pipeline: KIND -->          the next block is the pipeline of a service
//	<!-- skip: REASON -->            the next block is not looked at, for the reason
//
// A block of text right after commands that are run is what they print: each of its lines, in this order, where a line of
// three dots stands for any lines, and … for anything in a line.
package guides

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Configuration is a directory that the reader of a page has in the end, and what is done in it on the way.
type Configuration struct {
	Name   string
	Newest bool // it needs a Terraform that has queries and actions, 1.14 or later
	Steps  []Step
}

// Step is a file that is written, a directory that is copied, or commands that are run.
type Step struct {
	Line      int    // of the page
	File      string // its name; "" for commands
	Copy      string // directory of the repository whose content is copied; "" for anything else
	Text      string
	Setup     bool     // the commands are not shown
	PlanError string   // what the plan is refused with after the file was written
	ExitCode  int      // of the commands
	Output    []string // lines that they print, in this order
}

// Block is a block of code of a page.
type Block struct {
	Line           int
	Language, Text string
}

// Page is what a page of the documentation has for its readers.
type Page struct {
	Configurations []Configuration
	Blocks         []Block          // all of them
	Pipelines      map[string]Block // of services, by their kinds
}

// directive is a comment that says what becomes of a block.
type directive struct {
	name, value string
	line        int
}

var (
	opening = regexp.MustCompile(`^<!-- ([a-z-]+): *(.*)$`)
	fence   = regexp.MustCompile("^( *)```(.*)$")
)

// Parse reads a page in Markdown.
func Parse(page string) (*Page, error) {
	p := &parser{lines: strings.Split(page, "\n"), page: &Page{}}
	for p.at < len(p.lines) {
		if err := p.next(); err != nil {
			return nil, fmt.Errorf("line %d: %w", p.at+1, err)
		}
	}
	if len(p.pending) > 0 {
		return nil, fmt.Errorf("line %d: no block follows", p.pending[0].line)
	}
	return p.page, nil
}

type parser struct {
	lines   []string
	at      int
	page    *Page
	pending []directive // for the next block
	unnamed int
	ran     bool // the last block was run
}

// next reads a line, or the block or comment that begins with it.
func (p *parser) next() error {
	line := p.lines[p.at]
	if match := fence.FindStringSubmatch(line); match != nil {
		return p.block(match[1], strings.TrimSpace(match[2]))
	}
	if opening.MatchString(line) {
		return p.comment()
	}
	p.at++
	return nil
}

// comment reads a directive.
func (p *parser) comment() error {
	d := directive{line: p.at + 1}
	match := opening.FindStringSubmatch(p.lines[p.at])
	text := []string{match[2]}
	for d.name = match[1]; !strings.HasSuffix(text[len(text)-1], "-->"); {
		if p.at++; p.at == len(p.lines) {
			return errors.New("the comment does not end")
		}
		text = append(text, p.lines[p.at])
	}
	p.at++
	d.value = strings.TrimSpace(strings.TrimSuffix(strings.Join(text, "\n"), "-->"))
	switch d.name {
	case "configuration":
		p.page.Configurations = append(p.page.Configurations, Configuration{Name: d.value})
	case "newest-cli":
		if d.value == "" || len(p.page.Configurations) == 0 {
			return errors.New("a configuration needs the newest CLI, for a reason")
		}
		p.page.Configurations[len(p.page.Configurations)-1].Newest = true
	case "hidden":
		name, content, _ := strings.Cut(d.value, "\n")
		p.add(Step{Line: d.line, File: name, Text: content + "\n"})
	case "copy":
		p.add(Step{Line: d.line, Copy: d.value})
	case "setup":
		p.add(Step{Line: d.line, Text: d.value + "\n", Setup: true})
	case "file", "pipeline", "plan-error", "run", "skip":
		p.pending = append(p.pending, d)
	default:
		return fmt.Errorf("no directive is called %q", d.name)
	}
	return nil
}

// block reads a block of code, and what the comments in front of it say.
func (p *parser) block(indent, language string) error {
	begin := p.at + 1
	var text []string
	for p.at++; ; p.at++ {
		if p.at == len(p.lines) {
			return errors.New("the block does not end")
		}
		if p.lines[p.at] == indent+"```" {
			break
		}
		text = append(text, strings.TrimPrefix(p.lines[p.at], indent))
	}
	p.at++
	block := Block{Line: begin, Language: language, Text: strings.Join(text, "\n") + "\n"}
	p.page.Blocks = append(p.page.Blocks, block)
	directives := p.pending
	p.pending = nil
	ran := p.ran
	p.ran = false
	return p.place(block, directives, ran)
}

// place adds what a block is to the configuration.
func (p *parser) place(block Block, directives []directive, afterCommands bool) error {
	step := Step{Line: block.Line, Text: block.Text}
	run := false
	for _, d := range directives {
		switch d.name {
		case "skip":
			if d.value == "" {
				return errors.New("a block is left out without a reason")
			}
			return nil
		case "file":
			step.File = d.value
		case "pipeline":
			if p.page.Pipelines == nil {
				p.page.Pipelines = map[string]Block{}
			}
			p.page.Pipelines[d.value] = block
		case "plan-error":
			step.PlanError = d.value
		case "run":
			code, err := strconv.Atoi(d.value)
			if err != nil {
				return errors.New("commands are run with an exit code")
			}
			run, step.ExitCode = true, code
		}
	}
	hcl := block.Language == "terraform" || block.Language == "hcl"
	switch {
	case run && (hcl || step.File != ""):
		return errors.New("a file is not run")
	case run:
		p.add(step)
		p.ran = true
	case hcl && step.File == "":
		p.unnamed++
		step.File = fmt.Sprintf("block%d.tf", p.unnamed)
		p.add(step)
	case step.File != "":
		p.add(step)
	case block.Language == "text" && afterCommands:
		return p.output(block)
	}
	return nil
}

// output has the commands before print what the block says.
func (p *parser) output(block Block) error {
	steps := p.page.Configurations[len(p.page.Configurations)-1].Steps
	for line := range strings.Lines(block.Text) {
		if line = strings.TrimSpace(line); line != "" && line != "..." {
			steps[len(steps)-1].Output = append(steps[len(steps)-1].Output, line)
		}
	}
	if len(steps[len(steps)-1].Output) == 0 {
		return errors.New("the output has no line")
	}
	return nil
}

func (p *parser) add(step Step) {
	if len(p.page.Configurations) == 0 {
		p.page.Configurations = []Configuration{{Name: "page"}}
	}
	c := &p.page.Configurations[len(p.page.Configurations)-1]
	c.Steps = append(c.Steps, step)
}

// Missing returns the first line that the output of a step lacks, from where the line before it was found, or "".
func (s Step) Missing(output string) string {
	lines := strings.Split(output, "\n")
	for _, want := range s.Output {
		pattern := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".*") + "$")
		found := -1
		for i, line := range lines {
			if pattern.MatchString(strings.TrimSpace(line)) {
				found = i
				break
			}
		}
		if found < 0 {
			return want
		}
		lines = lines[found+1:]
	}
	return ""
}
