import { NetError, serveHealth, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { HttpService } from "../serving.ts";

/** Answers gRPC health checks, and over HTTP takes the order to say that it is not serving, or is again. */
export async function grpcHealthChecking(
  proc: ProcessContext,
  values: Readonly<Record<string, string>>,
  around: { answer(body: string): ServerResponse; killed(): Promise<number> },
): Promise<number> {
  const restored = proc.restored as { readonly serving: boolean; readonly started: number } | undefined;
  const started = restored?.started ?? proc.clock.now();
  const delay = Number(values["delay-unhealthy-sec"] ?? -1);
  const service = values["service"] ?? "";
  let serving = restored?.serving ?? true;
  let open = 0;
  const rest = (): void => {
    if (open === 0 && http.open === 0) proc.checkpoint({ serving, started });
  };
  const healthy = (): boolean => serving && (delay < 0 || proc.clock.now() - started < delay * 1000);
  const killed = around.killed();
  const http = new HttpService(
    ({ path }) => {
      if (path === "/make-not-serving" || path === "/make-serving") serving = path === "/make-serving";
      return around.answer(`${(proc.clock.now() - started) / 1000}s`);
    },
    { idle: rest },
  );
  const listener = await proc.net.listen(Number(values["port"] ?? 5000));
  const httpListener = await proc.net.listen(Number(values["http-port"] ?? 8080));
  const accept = async (): Promise<void> => {
    try {
      for (;;) {
        const socket = await listener.accept();
        open++;
        void serveHealth(socket, (name) => (name === service ? (healthy() ? "SERVING" : "NOT_SERVING") : undefined)).then(() => {
          open--;
          rest();
        });
      }
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
    }
  };
  void accept();
  void http.accept(httpListener);
  rest();
  return killed;
}
