import { expect, it } from "vitest";
import { testTerminal } from "./testing/kernel.ts";

it("expands history, lists it, runs it again and forgets it, as bash says it", async () => {
  const t = await testTerminal();
  const at = "root@box:~# ";
  await t.type("echo one two\r");
  expect(await t.type("!! three\r")).toBe(`!! three\r\necho one two three\r\none two three\r\n${at}`);
  expect(await t.type("echo !$\r")).toBe(`echo !$\r\necho three\r\nthree\r\n${at}`);
  expect(await t.type("^three^four\r")).toBe(`^three^four\r\necho four\r\nfour\r\n${at}`);
  expect(await t.type("!nothing\r")).toBe(`!nothing\r\nbash: !nothing: event not found\r\n${at}`);
  expect(await t.type("history 3\r")).toBe(`history 3\r\n    3  echo three\r\n    4  echo four\r\n    5  history 3\r\n${at}`);
  expect(await t.type("fc -s four=five echo\r")).toBe(`fc -s four=five echo\r\necho five\r\nfive\r\n${at}`);
  expect(await t.type("fc -ln -2\r")).toBe(`fc -ln -2\r\n\t history 3\r\n\t echo five\r\n${at}`);
  expect(await t.type("history -d 99; history -c; history\r")).toBe(
    `history -d 99; history -c; history\r\nbash: history: 99: history position out of range\r\n${at}`,
  );
  expect(await t.type("!!:p\r")).toBe(`!!:p\r\nbash: !!: event not found\r\n${at}`);
  expect(await t.type("set +H; echo !!\r")).toBe(`set +H; echo !!\r\nbash: !!: event not found\r\n${at}`);
  await t.type("set +H\r");
  expect(await t.type("echo !!\r")).toBe(`echo !!\r\n!!\r\n${at}`);
});

it("binds keys with bind and ~/.inputrc", async () => {
  const t = await testTerminal();
  const at = "root@box:~# ";
  expect(await t.type("bind -q yank; bind -q menu-complete\r")).toBe(
    `bind -q yank; bind -q menu-complete\r\nyank can be invoked via "\\C-y".\r\nmenu-complete is not bound to any keys.\r\n${at}`,
  );
  await t.type(`bind '"\\C-t": "echo bound\\n"'\r`);
  expect(await t.type("\x14")).toContain(`bound\r\n${at}`);
  expect(await t.type("bind foo\r")).toBe(`bind foo\r\nreadline: foo: no key sequence terminator\r\n${at}`);
  expect(await t.type("bind TAB:nope\r")).toBe(`bind TAB:nope\r\nreadline: \`nope': unknown function name\r\n${at}`);
  await t.type("echo 'set show-all-if-ambiguous on' > ~/.inputrc; touch aa ab; exec bash\r");
  expect(await t.type("ls a\t")).toContain("aa  ab");
});

it("takes a line into an editor with Ctrl-X Ctrl-E", async () => {
  const t = await testTerminal();
  await t.type(`printf 'sed -i s/one/two/ $1\\n' > /tmp/ed; chmod +x /tmp/ed; sed -i '1i #!/bin/sh' /tmp/ed; EDITOR=/tmp/ed\r`);
  expect(await t.type("echo one\x18\x05")).toContain("echo two\r\ntwo\r\n");
});
