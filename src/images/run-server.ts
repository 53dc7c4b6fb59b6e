import { NetError, type ServerRequest, type ServerResponse } from "../network/index.ts";
import type { ProcessContext, Signal } from "../runtime/index.ts";
import { HttpService, type Peer, type ServiceOptions } from "./serving.ts";

export interface ServerPlan extends Omit<ServiceOptions, "idle"> {
  readonly ports: readonly number[];
  /** `exit` ends the process with a code, once the answer has gone. */
  readonly handle: (request: ServerRequest, peer: Peer, exit: (code: number) => void) => ServerResponse | Promise<ServerResponse>;
  /** What it says once it listens: not after a thaw. */
  readonly started?: () => Promise<unknown> | void;
  /** When a port is taken: says so, and the exit code. */
  readonly taken?: (port: number) => Promise<number>;
  /** What a thaw has to find again, besides connections. */
  readonly state?: () => Readonly<Record<string, unknown>>;
  /** Signals that end it. Others are ignored, as everything is that process 1 does not handle. */
  readonly stops?: Readonly<Partial<Record<Signal, (service: HttpService) => Promise<number>>>>;
}

/** A Go program that handles no signals dies of them, and as process 1 exits 2 (go: runtime dieFromSignal). */
const GO_STOPS: NonNullable<ServerPlan["stops"]> = { TERM: async () => 2, INT: async () => 2, HUP: async () => 2, QUIT: async () => 2 };

/** Serves HTTP until a signal or a handler ends it; between connections its journal is cut. */
export async function runServer(proc: ProcessContext, plan: ServerPlan): Promise<number> {
  const { ports, handle, started, taken, state, stops = proc.pid === 1 ? GO_STOPS : {}, ...options } = plan;
  const fresh = proc.restored === undefined;
  const checkpoint = (): void => proc.checkpoint({ ...state?.(), serving: true });
  let exit: (code: number) => void = () => {};
  const told = new Promise<number>((resolve) => (exit = resolve));
  let pending: number | undefined;
  const service = new HttpService((request, peer) => handle(request, peer, (code) => (pending = code)), {
    ...options,
    sent: async (...all) => {
      await options.sent?.(...all);
      if (pending !== undefined) exit(pending);
    },
    idle: checkpoint,
  });
  const stopped = new Promise<number>((resolve) => {
    for (const [signal, stop] of Object.entries(stops)) proc.on(signal as Signal, () => void stop?.(service).then(resolve));
  });
  for (const port of ports) {
    try {
      void service.accept(await proc.net.listen(port));
    } catch (error) {
      if (!(error instanceof NetError) || !taken) throw error;
      return taken(port);
    }
  }
  if (fresh) await started?.();
  checkpoint();
  return Promise.race([stopped, told]);
}
