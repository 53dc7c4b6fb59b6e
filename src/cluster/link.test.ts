import { expect, it } from "vitest";
import type { ClientApi } from "../client/index.ts";
import type { Cause } from "../sim/index.ts";
import { testClock } from "../sim/testing.ts";
import { Link } from "./link.ts";

type Request = Parameters<ClientApi["handle"]>[0];
type OnEvents = Parameters<NonNullable<Awaited<ReturnType<ClientApi["handle"]>>["watch"]>["start"]>[0];

const request = (method: Request["method"], path: string, causes: readonly Cause[] = []): Request => ({ method, path, agent: "a", causes });

function linked() {
  const clock = testClock(0);
  const asked: { readonly path: string; readonly causes: readonly Cause[] }[] = [];
  let send: OnEvents = () => {};
  const api: ClientApi = {
    handle: async ({ path, causes, query }) => {
      asked.push({ path, causes });
      if (query?.["watch"] === undefined) return { status: 200 };
      return {
        status: 200,
        watch: {
          start(onEvents) {
            send = onEvents;
            return () => (send = () => {});
          },
        },
      };
    },
  };
  const link = new Link(api, clock);
  const events: string[] = [];
  const watch = async (): Promise<void> => {
    const { watch: stream } = await link.handle({ ...request("GET", "/w"), query: { watch: "true" } });
    stream?.start(
      (list) => events.push(...list.map((e) => e.type)),
      () => events.push("end"),
    );
  };
  return { clock, link, asked, events, watch, send: (type: string) => send([{ type, object: {} }], 1) };
}

it("loses nothing in a short cut: requests wait, and what was watched for arrives", async () => {
  const { clock, link, asked, events, watch, send } = linked();
  await watch();
  send("one");
  link.cut();
  send("two");
  const answer = link.handle(request("PUT", "/a"));
  await clock.advance(9000);
  expect([events, asked.length]).toEqual([["one"], 1]);
  link.heal();
  expect((await answer).status).toBe(200);
  expect([events, asked.at(-1)?.path]).toEqual([["one", "two"], "/a"]);
});

it("gives requests up after ten seconds, and watches after forty-five", async () => {
  const { clock, link, events, watch, send } = linked();
  await watch();
  link.cut();
  const answer = link.handle(request("PUT", "/a"));
  await clock.advance(10_000);
  expect((await answer).body).toMatchObject({
    code: 504,
    message: 'Put "https://control-plane:6443/a?timeout=10s": context deadline exceeded',
  });
  send("lost");
  await clock.advance(35_000);
  expect(events).toEqual(["end"]);
  link.heal();
  expect(events).toEqual(["end"]);
});

it("loses the writes to a path, and nothing else", async () => {
  const { clock, link, asked } = linked();
  link.lose(new Set(["/lease"]));
  const lost = link.handle(request("PUT", "/lease"));
  await link.handle(request("GET", "/lease"));
  await link.handle(request("PUT", "/other"));
  await clock.advance(10_000);
  expect((await lost).status).toBe(504);
  expect(asked.map(({ path }) => path)).toEqual(["/lease", "/other"]);
});

it("stamps what is done late, or under a fault, with the fault", async () => {
  const { link, asked } = linked();
  const fault: Cause = { kind: "fault", name: "f" };
  const revision = (n: number): Cause => ({ kind: "revision", revision: n });
  link.late(10, [fault]);
  await link.handle(request("PUT", "/a", [revision(9)]));
  await link.handle(request("PUT", "/a", [revision(11)]));
  link.causes = [{ kind: "fault", name: "g" }];
  await link.handle(request("PUT", "/a", [revision(11)]));
  expect(asked.map(({ causes }) => causes)).toEqual([[revision(9), fault], [revision(11)], [revision(11), { kind: "fault", name: "g" }]]);
});

it("is silent for ever once its process is gone", async () => {
  const { clock, link, asked, events, watch, send } = linked();
  await watch();
  let answered = false;
  link.close();
  void link.handle(request("PUT", "/a")).then(() => (answered = true));
  send("late");
  await clock.advance(100_000);
  expect([answered, asked.length, events]).toEqual([false, 1, []]);
});
