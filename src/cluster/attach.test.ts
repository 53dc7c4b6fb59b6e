import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const cluster = testCluster();

/** What a terminal shows of keys that are typed one after the other. */
async function typed(...keys: readonly string[]): Promise<string> {
  const c = await cluster;
  const session = c.workstation.open({ columns: 120, rows: 24 });
  let text = "";
  session.output((data) => {
    text += new TextDecoder().decode(data);
    session.acknowledge(data.length);
  });
  for (const key of keys) {
    c.clock.input(() => session.input(key));
    await c.advance(1);
  }
  session.close();
  return text;
}
const ENDED = "Session ended, resume using 'kubectl attach shell -c shell -n default -i -t' command";

it("leaves a terminal's container running when the keys for it are typed, those of the flag too", async () => {
  const c = await cluster;
  await c.sh("kubectl run shell --image=busybox -it --attach=false -- sh; kubectl wait pod/shell --for=condition=Ready");
  expect(await typed("kubectl attach -it shell\r", "echo 1$((1+1))3\r", "\x10", "\x11")).toMatch(new RegExp(`123[^]*${ENDED}`));
  expect(await typed("kubectl attach -it shell --detach-keys=ctrl-x,y\r", "\x10\x11", "\x18y")).toContain(ENDED);
  expect(await typed("kubectl attach -it shell --detach-keys=ctrl-x,y\r", "\x10\x11")).not.toContain(ENDED);
  expect(await typed("kubectl attach -it shell --detach-keys=bogus\r")).toContain(
    "error: could not bind detach keys: Unknown character: 'bogus'",
  );
  expect(await c.sh("kubectl get pod shell --no-headers")).toMatch(/1\/1 +Running +0 /);
});
