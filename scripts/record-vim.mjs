#!/usr/bin/env node
// Types the rows of src/shell/utilities/vi/recorded/rows.json into the real vim and writes down what it made of them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = new URL("../src/shell/utilities/vi/recorded/", import.meta.url);
const { texts, rows } = JSON.parse(readFileSync(new URL("rows.json", folder), "utf8"));
const NAMED = { Esc: "\x1b", CR: "\r", BS: "\x7f", Tab: "\t", lt: "<", Space: " " };
const keysOf = (text) =>
  text.replace(/<(Esc|CR|BS|Tab|lt|Space|C-.)>/g, (_, name) =>
    name.startsWith("C-") ? String.fromCharCode(name.charCodeAt(2) & 31) : NAMED[name],
  );
const DUMP = `function! Dump()
  let message = split(execute('messages'), "\\n")
  call writefile([json_encode({'lines': getline(1, '$'), 'line': line('.') - 1, 'column': col('.') - 1, 'register': getreg('"'), 'type': getregtype('"')[0:0], 'last': len(message) > 0 ? message[-1] : ''})], 'out')
  qall!
endfunction
set backspace=indent,eol,start
`;

const dir = mkdtempSync(join(tmpdir(), "vim-"));
const recorded = rows.flatMap(([text, keys, settings = []]) => {
  writeFileSync(join(dir, "f"), texts[text]);
  writeFileSync(join(dir, "dump.vim"), DUMP);
  // What is not finished is given up before the state is written down.
  writeFileSync(join(dir, "keys"), `${keysOf(keys)}\x1c\x0e:call Dump()\r`);
  const args = [
    "-N",
    "-u",
    "NONE",
    "-i",
    "NONE",
    "-n",
    "-T",
    "xterm",
    "--not-a-term",
    "-s",
    "keys",
    "-c",
    "source dump.vim",
    "-c",
    "messages clear",
  ];
  for (const s of settings) args.push("-c", s);
  rmSync(join(dir, "out"), { force: true });
  // Its exit status tells of messages, which are written down anyway.
  spawnSync("vim", [...args, "f"], {
    cwd: dir,
    stdio: ["ignore", "ignore", "ignore"],
    timeout: 5000,
    env: { ...process.env, LANG: "C.UTF-8", LINES: "24", COLUMNS: "80" },
  });
  if (!existsSync(join(dir, "out"))) {
    process.stderr.write(`vim did not come to an end: ${keys}\n`);
    return [];
  }
  const { lines, line, column, register, type, last } = JSON.parse(readFileSync(join(dir, "out"), "utf8"));
  return {
    text,
    keys,
    ...(settings.length > 0 && { settings }),
    lines,
    line,
    column,
    register: type === "" ? "" : `${type}:${register}`,
    last,
  };
});
rmSync(dir, { recursive: true });
const shown = recorded.map((r) => `    ${JSON.stringify(r)}`).join(",\n");
writeFileSync(new URL("recorded.json", folder), `{\n  "vim": "9.0",\n  "recorded": [\n${shown}\n  ]\n}\n`);
process.stdout.write(`${recorded.length} recorded\n`);
