import { create } from "zustand";
import type { ClockState, SandboxStatus } from "../browser/protocol.ts";
import { route } from "./lessons/route.ts";
import { sandboxOf } from "./lessons/sandbox.ts";
import { useLesson } from "./lessons/store.ts";
import { followCluster } from "./model/store.ts";
import { Connection, type Port, type Signal } from "./connection.ts";

type Phase = "starting" | "running" | "elsewhere" | "fatal";

interface Session {
  readonly phase: Phase;
  /** While "elsewhere": another tab holds the sandbox, or took it from this one. */
  readonly reason?: "held" | "taken";
  readonly message?: string;
  readonly status?: SandboxStatus;
  readonly home: string;
  readonly connection?: Connection;
  /** How often a silent worker has been restarted in this page. */
  readonly restarts: number;
}

export const useSession = create<Session>(() => ({ phase: "starting", home: "/", restarts: 0 }));
export const useClock = create<{ readonly clock: ClockState | undefined }>(() => ({ clock: undefined }));

export interface StartedWorker {
  readonly port: Port;
  terminate(): void;
}

/** Seconds of wall time without a sign of life before a worker counts as hung: starting, running. */
const PATIENCE = { starting: 40, running: 10 };
const RESTARTS_IN_A_ROW = 3;

let start: () => StartedWorker;
let worker: StartedWorker | undefined;
let connection: Connection | undefined;
let stopFollowing: (() => void) | undefined;
let missed = 0;
let inARow = 0;

/** Starts the cluster's worker and keeps it alive until the page ends. */
export function startSession(startWorker: () => StartedWorker): void {
  start = startWorker;
  launch(false);
  setInterval(() => {
    const { phase } = useSession.getState();
    if (phase !== "starting" && phase !== "running") return;
    // Counted in ticks of this thread, so that a sleeping laptop is not taken for a hung worker.
    if (++missed > PATIENCE[phase]) revive();
  }, 1_000);
}

function launch(takeover: boolean): void {
  stop();
  missed = 0;
  worker = start();
  const opening = (connection = new Connection(worker.port, hear));
  void sandboxOf(route)
    .then((sandbox) => {
      useLesson.setState({ files: sandbox.lesson?.files });
      opening.open({ ...sandbox, takeover });
    })
    // A lesson that can't be fetched: there is no connection, and it was never here.
    .catch((error: unknown) => hear({ type: "fatal", message: error instanceof Error ? error.message : String(error) }));
}

function stop(): void {
  stopFollowing?.();
  stopFollowing = undefined;
  connection?.close("the cluster's worker was ended");
  worker?.terminate();
  worker = connection = undefined;
}

function hear(signal: Signal): void {
  missed = 0;
  switch (signal.type) {
    case "ready":
      useSession.setState({ phase: "running", status: signal.status, home: signal.home, connection, message: undefined });
      stopFollowing?.();
      stopFollowing = connection && followCluster(connection);
      return;
    case "status":
      return useSession.setState({ status: signal.status });
    case "clock":
      inARow = 0;
      return useClock.setState({ clock: signal.clock });
    case "elsewhere":
      stop();
      return useSession.setState({ phase: "elsewhere", reason: signal.reason, connection: undefined });
    case "fatal":
      stop();
      return useSession.setState({ phase: "fatal", message: signal.message, connection: undefined });
    case "lesson":
      return useLesson.setState((s) => ({ view: signal.lesson, prose: signal.prose ?? s.prose, problems: undefined }));
    case "lesson.refused":
      return useLesson.setState({ problems: signal.problems });
    case "alive":
      return;
    default:
      return signal satisfies never;
  }
}

function revive(): void {
  if (++inARow > RESTARTS_IN_A_ROW) {
    stop();
    useSession.setState({ phase: "fatal", message: undefined, connection: undefined });
    return;
  }
  useSession.setState((s) => ({ phase: "starting", connection: undefined, restarts: s.restarts + 1 }));
  launch(false);
}

/** Begins again with a fresh worker from what is stored: after "fatal", a reset or an import. */
export function restart(): void {
  inARow = 0;
  useSession.setState({ phase: "starting", connection: undefined });
  launch(false);
}

export function takeOver(): void {
  useSession.setState({ phase: "starting", connection: undefined });
  launch(true);
}
