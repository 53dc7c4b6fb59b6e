import { expect, it } from "vitest";
import { testCluster } from "../../testing/kernel.ts";

const run = async (script: string): Promise<string> => {
  const { out, err, code } = await testCluster(0).run(script, { image: "debian", shell: "bash" });
  return `${out}${err}${code === 0 ? "" : `[${code}]`}`;
};

it("makes a page of a utility's row", async () =>
  expect(await run("man nl | head -n 14")).toMatch(
    /^NL\(1\) {28}User Commands {29}NL\(1\)\n\nNAME\n {7}nl - \S.*\n\nSYNOPSIS\n {7}nl \S.*\n\nOPTIONS\n {7}-\w.*\n {11}\S/,
  ));

it.each([
  ["man", "What manual page do you want?\nFor example, try 'man man'.\n[1]"],
  ["man nope", "No manual entry for nope\n[16]"],
  ["man 5 crontab", "No manual entry for crontab in section 5\n[16]"],
  ["man 8 ip | head -n 1 | cut -c 1-6", "IP(8) \n"],
  ["whatis jq nope", "jq (1)               - Command-line JSON processor\nnope: nothing appropriate.\n[16]"],
  ["apropos 'json processor'", "jq (1)               - Command-line JSON processor\n"],
  ["man -k", "apropos what?\n[1]"],
  ["man kubectl", "No manual entry for kubectl\n[16]"],
  ["man bash | grep -c Ctrl-R", "1\n"],
])("answers %s", async (line, said) => expect(await run(line)).toBe(said));

it("has a page for every utility", async () => {
  const said = await run("for n in $(ls /bin | grep '^[a-z]'); do man $n > /dev/null || echo $n; done");
  expect(said.split("\n").filter((l) => l !== "" && !l.startsWith("No manual"))).toEqual(["sh"]);
});
