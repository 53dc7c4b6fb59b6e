import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const cluster = testCluster();

/** What the learner's shell tells a terminal between prompts: marks by their letter, words as they are. */
async function said(...keys: string[]): Promise<string> {
  const c = await cluster;
  const session = c.workstation.open({ columns: 80, rows: 24 });
  const decoder = new TextDecoder();
  let text = "";
  session.output((data) => {
    text += decoder.decode(data, { stream: true });
    session.acknowledge(data.length);
  });
  await c.advance(1);
  text = "";
  for (const key of keys) {
    c.clock.input(() => session.input(key));
    await c.advance(1);
  }
  session.close();
  return text
    .replace(/\x1b\]133;([^\x07]*)\x07/g, "<$1>")
    .replace(/\x1b\]7;([^\x07]*)\x07/g, "<in $1>")
    .replace(/\x1b\[[?\d;]*[a-zA-Z]/g, "")
    .replaceAll("\r\n", "\n")
    .replaceAll("learner@workstation:", "")
    .replaceAll("\r", "");
}
const prompt = (folder = "~", path = "/home/learner"): string => `<in file://workstation${path}><A>${folder}$ <B>`;

it("tells its terminal what runs, how it ends, and where it is", async () => {
  expect(await said("false\r")).toBe(`false\n<C;cmdline_url=false><D;1>${prompt()}`);
  expect(await said("cd '/tmp'; echo \u00e9\r")).toBe(
    `cd '/tmp'; echo \u00e9\n<C;cmdline_url=cd%20'%2Ftmp'%3B%20echo%20%C3%A9>\u00e9\n<D;0>${prompt("/tmp", "/tmp")}`,
  );
});

it("tells a command of several lines as one, and none where there was none", async () => {
  expect(await said("for i in 1 2\rdo echo $i; done\r")).toBe(
    `for i in 1 2\n> do echo $i; done\n<C;cmdline_url=for%20i%20in%201%202%0Ado%20echo%20%24i%3B%20done>1\n2\n<D;0>${prompt()}`,
  );
  expect(await said("abc\x03", "\r")).toBe(`abc^C\n${prompt()}\n${prompt()}`);
});

it("says nothing of it in a container, nor where the learner does not want it", async () => {
  const c = await cluster;
  await c.sh("kubectl run deb --image=debian -- sleep 3600; kubectl wait pod/deb --for=condition=Ready");
  const text = await said("kubectl exec -it deb -- bash\r", "false\r", "exit\r");
  expect(text.match(/<(?!in)[^>]*>/g)).toEqual(["<C;cmdline_url=kubectl%20exec%20-it%20deb%20--%20bash>", "<D;1>", "<A>", "<B>"]);
  expect(await said("unset TERM_PROGRAM\r", "false\r")).not.toContain("<D;1>");
});
