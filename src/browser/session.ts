import type { Cluster } from "../cluster/index.ts";
import { afterThis } from "./platform.ts";
import { gathered } from "./gathered.ts";
import type { Outbox } from "./outbox.ts";
import type { ClockCall, FilesCall, FromWorker, PageRequest, ToWorker } from "./protocol.ts";

/** Events of one watch travel at most this often (wall ms): about one batch a painted frame. */
const FRAME_MS = 16;

const ADMIN = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

type Calls = Exclude<ToWorker, { type: "open" | "import" | "reset" | "lesson" }>;

/** What one page asks of the cluster; everything that answers goes through the outbox. */
export class Session {
  readonly #cluster: Cluster;
  readonly #outbox: Outbox;
  readonly #cancels = new Map<number, () => void>();
  readonly #terminals = new Map<number, ReturnType<Cluster["workstation"]["open"]>>();

  constructor(cluster: Cluster, outbox: Outbox) {
    this.#cluster = cluster;
    this.#outbox = outbox;
  }

  receive(message: Calls): void {
    switch (message.type) {
      case "request":
        return this.#request(message.id, message.request);
      case "watch":
        return this.#watch(message);
      case "cancel":
        this.#cancels.get(message.id)?.();
        this.#cancels.delete(message.id);
        return;
      case "terminal.open":
        return this.#open(message.id, message.columns, message.rows);
      case "terminal.input":
        // Keys are inputs: they run even while the clock is paused.
        this.#cluster.clock.input(() => this.#terminals.get(message.id)?.input(message.data));
        return;
      case "terminal.acknowledge":
        this.#terminals.get(message.id)?.acknowledge(message.bytes);
        return;
      case "terminal.resize":
        this.#cluster.clock.input(() => this.#terminals.get(message.id)?.resize(message.columns, message.rows));
        return;
      case "terminal.close":
        this.#terminals.get(message.id)?.close();
        return;
      case "files":
        return this.#reply(message.id, () => this.#files(message.id, message.call));
      case "clock":
        return this.#reply(message.id, () => this.#clock(message.call));
      case "export":
        return this.#reply(message.id, async () => (await import("./archive.ts")).exportSandbox(this.#cluster.freeze()));
    }
  }

  close(): void {
    for (const cancel of this.#cancels.values()) cancel();
    for (const terminal of this.#terminals.values()) terminal.close();
  }

  #send(message: FromWorker): void {
    this.#outbox.send(message);
  }

  #reply(id: number, call: () => unknown): void {
    const run = async (): Promise<void> => {
      try {
        this.#send({ type: "reply", id, ok: true, value: await call() });
      } catch (error) {
        this.#send({ type: "reply", id, ok: false, message: error instanceof Error ? error.message : String(error) });
      }
    };
    void run();
  }

  #request(id: number, request: PageRequest): void {
    const { clock, api, store } = this.#cluster;
    const stamp = clock.input(async () => {
      const causes = [{ kind: "input" as const, ...stamp, what: `${request.method} ${request.path}` }];
      const response = await api.handle({ ...request, user: ADMIN, agent: "timonel-workbench", causes });
      const { status, body, contentType, warnings } = response;
      this.#send({
        type: "response",
        id,
        response: {
          status,
          body: response.stream ? await readAll(response.stream) : body,
          revision: store.revision,
          ...(contentType === undefined ? {} : { contentType }),
          ...(warnings === undefined ? {} : { warnings }),
        },
      });
    });
  }

  #watch({ id, path, query, as }: Extract<ToWorker, { type: "watch" }>): void {
    const { clock, api } = this.#cluster;
    let cancelled = false;
    let cancel: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let batch: { type: string; object: object }[] = [];
    const flush = (): void => {
      timer = undefined;
      if (batch.length > 0 && !cancelled) this.#send({ type: "events", id, events: batch });
      batch = [];
    };
    this.#cancels.set(id, () => {
      cancelled = true;
      clearTimeout(timer);
      cancel?.();
    });
    clock.input(async () => {
      const response = await api.handle({
        method: "GET",
        path,
        query: { ...query, watch: "true" },
        ...(as ? { as } : {}),
        user: ADMIN,
        agent: "timonel-workbench",
        causes: [],
        // The page does not look at who owns fields, so that is not found out for it.
        trusted: true,
      });
      if (!response.watch) {
        this.#send({ type: "end", id, message: (response.body as { message?: string } | undefined)?.message ?? "not a watch" });
        return;
      }
      if (cancelled) return;
      cancel = response.watch.start(
        (events) => {
          for (const event of events) batch.push(event);
          timer ??= setTimeout(flush, FRAME_MS);
        },
        () => {
          flush();
          this.#send({ type: "end", id });
        },
      );
    });
  }

  #open(id: number, columns: number, rows: number): void {
    this.#cluster.clock.input(() => {
      const terminal = this.#cluster.workstation.open({ columns, rows });
      this.#terminals.set(id, terminal);
      terminal.output(gathered((data) => this.#send({ type: "terminal.output", id, data }), afterThis));
      void terminal.closed.then(() => {
        this.#terminals.delete(id);
        // After what it wrote last.
        afterThis(() => this.#send({ type: "terminal.closed", id }));
      });
    });
  }

  #files(id: number, call: FilesCall): unknown {
    const { files } = this.#cluster.workstation;
    switch (call.verb) {
      case "list":
        return files.list(call.path);
      case "read":
        return files.read(call.path);
      case "write":
        return files.write(call.path, call.data);
      case "mkdir":
        return files.mkdir(call.path);
      case "rename":
        return files.rename(call.from, call.to);
      case "remove":
        return files.remove(call.path);
      case "watch":
        this.#cancels.set(
          id,
          files.watch(call.path, (path) => this.#send({ type: "files.changed", id, path })),
        );
        return undefined;
    }
  }

  /** The clock is an object of the API like any other (law 6): buttons patch it, where the preset serves it. */
  async #clock(call: ClockCall): Promise<void> {
    const { clock, api, simulator } = this.#cluster;
    if (!simulator) return call.verb === "speed" ? clock.setSpeed(call.speed) : clock[call.verb]();
    const spec =
      call.verb === "speed"
        ? { speed: call.speed }
        : call.verb === "step"
          ? { step: this.#cluster.steps + 1 }
          : { paused: call.verb === "pause" };
    await new Promise<void>((resolve, reject) => {
      const stamp = clock.input(async () => {
        const response = await api.handle({
          method: "PATCH",
          path: "/apis/sim.timonel.dev/v1alpha1/clocks/cluster",
          contentType: "application/merge-patch+json",
          body: { spec },
          user: ADMIN,
          agent: "timonel-workbench",
          causes: [{ kind: "input", ...stamp, what: `clock ${call.verb}` }],
        });
        if (response.status < 400) resolve();
        else reject(new Error((response.body as { message?: string }).message));
      });
    });
  }
}

async function readAll(stream: { read(): Promise<Uint8Array | null> }): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
