import { NetError, type ServerRequest, type ServerResponse } from "../network/index.ts";
import type { ProcessContext, Signal } from "../runtime/index.ts";
import { HttpService, type Peer, type Secure, type ServiceOptions } from "./serving.ts";

export interface ServerPlan extends Omit<ServiceOptions, "idle"> {
  readonly ports: readonly number[];
  /** Default: all that it has. */
  readonly address?: string;
  /** What becomes of a connection before it is read. */
  readonly secure?: Secure;
  /** `exit` ends the process with a code, before it can answer. */
  readonly handle: (request: ServerRequest, peer: Peer, exit: (code: number) => void) => ServerResponse | Promise<ServerResponse>;
  /** What it says once it listens: not after a thaw. */
  readonly started?: () => Promise<unknown> | void;
  /** Begins what it does by itself; after a thaw, too. What is waited for then must be asked for here, where the journal is cut. */
  readonly begins?: () => void;
  /** When a port is taken: says so, and the exit code. */
  readonly taken?: (port: number) => Promise<number>;
  /** What a thaw has to find again, besides connections. */
  readonly state?: () => Readonly<Record<string, unknown>>;
  /** Whether it does nothing by itself at this moment, so that the journal may be cut. */
  readonly quiet?: () => boolean;
  /** Gets what cuts the journal, for when it has done something by itself. */
  readonly cuts?: (cut: () => void) => void;
  /** Signals that end it. Others are ignored, as everything is that process 1 does not handle. */
  readonly stops?: Readonly<Partial<Record<Signal, (service: HttpService) => Promise<number>>>>;
}

/** A Go program that handles no signals dies of them, and as process 1 exits 2 (go: runtime dieFromSignal). */
const GO_STOPS: NonNullable<ServerPlan["stops"]> = { TERM: async () => 2, INT: async () => 2, HUP: async () => 2, QUIT: async () => 2 };

/** Serves HTTP until a signal or a handler ends it; between connections its journal is cut. */
export async function runServer(proc: ProcessContext, plan: ServerPlan): Promise<number> {
  const {
    ports,
    address,
    secure,
    handle,
    started,
    begins,
    taken,
    state,
    quiet,
    cuts,
    stops = proc.pid === 1 ? GO_STOPS : {},
    ...options
  } = plan;
  const fresh = proc.restored === undefined;
  const checkpoint = (): void => {
    if (service.open === 0 && (quiet?.() ?? true)) proc.checkpoint({ ...state?.(), serving: true });
  };
  let over = false;
  let end: (code: number) => void = () => {};
  const told = new Promise<number>((resolve) => (end = resolve));
  const exit = (code: number): void => {
    over = true;
    end(code);
  };
  const answer = async (request: ServerRequest, peer: Peer): Promise<ServerResponse> => {
    const response = await handle(request, peer, exit);
    return over ? new Promise(() => {}) : response;
  };
  const service = new HttpService(answer, { ...options, idle: checkpoint });
  cuts?.(checkpoint);
  const stopped = new Promise<number>((resolve) => {
    for (const [signal, stop] of Object.entries(stops)) proc.on(signal as Signal, () => void stop?.(service).then(resolve));
  });
  for (const port of ports) {
    try {
      void service.accept(await proc.net.listen(port, address === undefined ? {} : { address }), secure);
    } catch (error) {
      if (!(error instanceof NetError) || !taken) throw error;
      return taken(port);
    }
  }
  if (fresh) await started?.();
  begins?.();
  checkpoint();
  return Promise.race([stopped, told]);
}
