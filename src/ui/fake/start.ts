import type { StartedWorker } from "../session.ts";

/** `?fake`: a small moving cluster, with `&lesson=x` a lesson; `?fake=empty|memory|held|fatal|silent|refused`; `?fake=1000`: that many pods, churning. */
export function startFakeWorker(): StartedWorker {
  const name = new URLSearchParams(location.search).get("fake") ?? "";
  const worker = new Worker(new URL("./fakeWorker.ts", import.meta.url), { type: "module", name });
  return { port: worker, terminate: () => worker.terminate() };
}
