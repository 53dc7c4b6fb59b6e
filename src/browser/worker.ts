import {
  createCluster,
  type Cluster,
  type ClusterOptions,
  type Lesson,
  type LessonFiles,
  loadLessons,
  type PresetName,
  type Problem,
  type ProseByLocale,
  StorageError,
  type StoredSandbox,
} from "../cluster/index.ts";
import { type Engine, LessonRecord, LessonRun } from "./lesson.ts";
import { Outbox } from "./outbox.ts";
import { createBrowserPlatform } from "./platform.ts";
import type { FromWorker, LessonCall, OpenLesson, SandboxStatus, ToWorker } from "./protocol.ts";
import { Session } from "./session.ts";
import { DexieStorage, type SandboxIdentity } from "./storage.ts";

const post = (message: FromWorker): void => self.postMessage(message);
const platform = createBrowserPlatform();

let cluster: Cluster | undefined;
let session: Session | undefined;
let run: LessonRun | undefined;
let outbox: Outbox | undefined;
let storage: DexieStorage | undefined;
let sandbox = "";
let status: SandboxStatus;

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "open":
      open(data).catch((error: unknown) => post({ type: "fatal", message: error instanceof Error ? error.message : String(error) }));
      return;
    case "reset":
      void replaceSandbox(data.id, () => undefined);
      return;
    case "import":
      void replaceSandbox(data.id, async () => (await import("./archive.ts")).importSandbox(data.data));
      return;
    case "lesson":
      void lessonCall(data.id, data.call);
      return;
    default:
      session?.receive(data);
  }
};

// The page restarts a worker that falls silent.
setInterval(() => post({ type: "alive" }), 1000);

async function open(message: Extract<ToWorker, { type: "open" }>): Promise<void> {
  const lesson = message.lesson && (await readLesson(message.lesson));
  if (lesson && "problems" in lesson) return post({ type: "lesson.refused", problems: lesson.problems });
  // Another version of a lesson begins anew.
  sandbox = lesson ? `${message.sandbox}.v${lesson.lesson.version}` : message.sandbox;
  if (!(await holdLock(message.takeover))) return post({ type: "elsewhere", reason: "held" });
  const fresh = {
    preset: lesson?.place.preset ?? (message.preset as PresetName),
    seed: message.seed ?? lesson?.place.seed ?? (crypto.getRandomValues(new Uint32Array(1))[0] as number),
  };
  const opened = await openStorage(fresh);
  const record = lesson && new LessonRecord();
  const options: ClusterOptions = {
    platform,
    ...((opened.storage?.identity ?? fresh) as typeof fresh),
    epoch: Date.now(),
    speed: 1,
    ...(lesson?.place.nodes === undefined ? {} : { nodes: lesson.place.nodes }),
    ...(record ? { beside: [record] } : {}),
    ...(opened.storage ? { storage: opened.storage, onStorageFailure } : {}),
  };
  cluster = createCluster(options);
  const persisted = (await navigator.storage?.persisted?.()) ?? false;
  const started = cluster;
  await cluster.start((resumed) => {
    status = {
      sandbox,
      storage: opened.storage ? "durable" : "memory",
      ...(opened.storage ? {} : { reason: opened.reason }),
      persisted,
      resumed,
      ...(storage?.emptied === undefined ? {} : { emptied: true }),
    };
    outbox = new Outbox(started.store, post);
    session = new Session(started, outbox);
    outbox.send({ type: "ready", status, home: started.workstation.home });
    reportClock(started);
  });
  if (lesson && record) await play(started, options, record, lesson, message.lesson?.step);
}

interface OpenedLesson {
  readonly engine: Engine;
  readonly lesson: Lesson;
  readonly files: LessonFiles;
  readonly prose: ProseByLocale;
  readonly place: NonNullable<ReturnType<Engine["placeOf"]>>;
}

async function readLesson({ folder, files }: OpenLesson): Promise<OpenedLesson | { readonly problems: readonly Problem[] }> {
  const engine = await loadLessons();
  const read = engine.readLesson(folder, new Map(Object.entries(files)));
  const place = read.lesson && engine.placeOf(read.lesson);
  const problems = [...read.problems, ...(read.lesson && !place ? [engine.unknownPlace(read.lesson)] : [])];
  if (!read.lesson || !place || problems.length > 0) return { problems };
  return { engine, lesson: read.lesson, files: read.files, prose: Object.fromEntries(read.prose), place };
}

async function play(
  started: Cluster,
  clusterOptions: ClusterOptions,
  record: LessonRecord,
  { engine, lesson, files, prose }: OpenedLesson,
  jump: string | undefined,
): Promise<void> {
  run = new LessonRun({
    cluster: started,
    clusterOptions,
    engine,
    lesson,
    files,
    prose,
    record,
    tell: (view, words) => outbox?.send({ type: "lesson", lesson: view, ...(words && { prose: words }) }),
    stepBegins: () => keepStep(started),
  });
  await run.begin(jump);
}

const beginning = (): string => `${sandbox}.step`;

/** The sandbox as it is where a step begins, beside the one that goes on. */
async function keepStep(started: Cluster): Promise<void> {
  if (!storage) return;
  const stored = started.freeze();
  await DexieStorage.destroy(beginning());
  await fill(beginning(), stored);
}

async function fill(name: string, stored: StoredSandbox): Promise<void> {
  const target = await DexieStorage.open(name, stored.meta);
  await target.commit({ sequence: stored.sequence + 1, meta: stored.meta, writes: [], records: new Map(), base: stored });
  target.close();
}

async function lessonCall(id: number, call: LessonCall): Promise<void> {
  switch (call.verb) {
    case "reset":
      return replaceSandbox(id, async () => {
        const kept = await DexieStorage.open(beginning(), (storage as DexieStorage).identity);
        const stored = await kept.load();
        kept.close();
        return stored;
      });
    case "retry":
      await DexieStorage.destroy(beginning());
      return replaceSandbox(id, () => undefined);
    default:
      try {
        await run?.call(call);
        outbox?.send({ type: "reply", id, ok: true, value: null });
      } catch (error) {
        post({ type: "reply", id, ok: false, message: error instanceof Error ? error.message : String(error) });
      }
  }
}

/** A page that reloads, or has just ended its worker, may hold the lock for a moment yet (wall ms). */
const LOCK_PATIENCE_MS = 1500;

/** One tab holds a sandbox; another may steal it, and then this worker goes quiet. */
function holdLock(takeover: boolean): Promise<boolean> {
  if (!("locks" in navigator)) return Promise.resolve(true);
  return new Promise((resolve) => {
    let held = false;
    const hold = (): Promise<never> => {
      held = true;
      resolve(true);
      return new Promise(() => {});
    };
    const options: LockOptions = takeover ? { steal: true } : { signal: AbortSignal.timeout(LOCK_PATIENCE_MS) };
    navigator.locks.request(`timonel-${sandbox}`, options, hold).catch((error: unknown) => {
      if (held) return lost();
      // Where the browser lets no site store data there are no locks either, and nothing that two tabs could share.
      resolve((error as Error).name === "SecurityError");
    });
  });
}

function lost(): void {
  run?.close();
  outbox?.close();
  session?.close();
  cluster?.stop();
  storage?.close();
  post({ type: "elsewhere", reason: "taken" });
}

async function openStorage(
  fresh: SandboxIdentity,
): Promise<{ readonly storage?: DexieStorage; readonly reason: NonNullable<SandboxStatus["reason"]> }> {
  if (typeof indexedDB === "undefined") return { reason: "unavailable" };
  try {
    storage = await DexieStorage.open(sandbox, fresh);
    return { storage, reason: "refused" };
  } catch (error) {
    return { reason: error instanceof StorageError && error.reason === "full" ? "full" : "refused" };
  }
}

/** The disk is full or broken: the session goes on in memory, and says so. Another tab took it: this one ends. */
function onStorageFailure(error: StorageError): void {
  if (error.reason === "taken") return lost();
  status = { ...status, storage: "memory", reason: error.reason === "full" ? "full" : "refused" };
  post({ type: "status", status });
}

/** Stops what runs, empties the sandbox and fills it anew; the page reloads once it is told. A bad file changes nothing. */
async function replaceSandbox(id: number, by: () => Promise<StoredSandbox | undefined> | undefined): Promise<void> {
  try {
    const stored = await by();
    run?.close();
    session?.close();
    outbox?.close();
    cluster?.stop();
    storage?.close();
    await DexieStorage.destroy(sandbox);
    if (stored) await fill(sandbox, stored);
    post({ type: "reply", id, ok: true, value: null });
  } catch (error) {
    post({ type: "reply", id, ok: false, message: error instanceof Error ? error.message : String(error) });
  }
}

/** Tells the page the time about four times a second while it passes, and nearly at once when its course changes. */
function reportClock({ clock }: Cluster): void {
  let course = "";
  let told = Number.NaN;
  let looks = 0;
  const look = (): void => {
    const state = { now: clock.now(), speed: clock.speed, paused: clock.paused };
    const next = `${state.speed} ${state.paused}`;
    if (next === course && (state.now === told || looks++ % 5 !== 0)) return;
    course = next;
    told = state.now;
    outbox?.send({ type: "clock", clock: state });
  };
  look();
  setInterval(look, 50);
}
