import type { Program } from "../../runtime/index.ts";
import { goAnswer } from "../go-http.ts";
import { runServer } from "../run-server.ts";
import { inPieces } from "../serving.ts";
import { httpDate, isoTime, logTime } from "../times.ts";

/** Docker's hello-world. */
export const helloWorld: Program = async (proc) => {
  await proc.stdout.write(`
Hello from Docker!
This message shows that your installation appears to be working correctly.

To generate this message, Docker took the following steps:
 1. The Docker client contacted the Docker daemon.
 2. The Docker daemon pulled the "hello-world" image from the Docker Hub.
    (amd64)
 3. The Docker daemon created a new container from that image which runs the
    executable that produces the output you are currently reading.
 4. The Docker daemon streamed that output to the Docker client, which sent it
    to your terminal.

To try something more ambitious, you can run an Ubuntu container with:
 $ docker run -it ubuntu bash

Share images, automate workflows, and more with a free Docker ID:
 https://hub.docker.com/

For more examples and ideas, visit:
 https://docs.docker.com/get-started/

`);
  return 0;
};

/** The walk-throughs' hello-app (GoogleCloudPlatform/kubernetes-engine-samples: quickstarts/hello-app). */
export const helloApp =
  (version: string): Program =>
  async (proc) => {
    const port = proc.env["PORT"] || "8080";
    const log = (text: string): Promise<void> => proc.stderr.write(`${logTime(proc.clock.now())} ${text}\n`);
    return runServer(proc, {
      ports: [Number(port)],
      started: () => log(`Server listening on port ${port}`),
      taken: async () => {
        await log(`listen tcp :${port}: bind: address already in use`);
        return 1;
      },
      async handle({ path }) {
        await log(`Serving request: ${path}`);
        return goAnswer(proc.clock.now(), `Hello, world!\nVersion: ${version}\nHostname: ${proc.hostname}\n`);
      },
    });
  };

/** The tutorial's server.js, run by Node: the one script that its `node` knows. */
export const bootcamp =
  (version: 1 | 2): Program =>
  async (proc) => {
    if (!/(^|\/)server\.js$/.test(proc.argv[1] ?? "")) {
      await proc.stderr.write("node: this image's node runs server.js and nothing else (simulated by Timonel)\n");
      return 1;
    }
    const kept = proc.restored as { readonly started?: number; readonly requests?: number } | undefined;
    const started = kept?.started ?? proc.clock.now();
    let requests = kept?.requests ?? 0;
    const host = proc.env["HOSTNAME"] ?? proc.hostname;
    return runServer(proc, {
      ports: [8080],
      sayKeepAlive: true,
      state: () => ({ started, requests }),
      started: () => proc.stdout.write(`Kubernetes Bootcamp App Started At: ${isoTime(started)} | Running On:  ${host} \n\n`),
      async handle() {
        const now = proc.clock.now();
        await proc.stdout.write(
          `Running On: ${host} | Total Requests: ${++requests} | App Uptime: ${(now - started) / 1000} seconds | Log Time: ${isoTime(now)}\n`,
        );
        return {
          status: 200,
          headers: [
            ["Content-Type", "text/plain"],
            ["Date", httpDate(now)],
            ["Connection", ""],
          ],
          body: inPieces(`Hello Kubernetes bootcamp! | Running on: ${host} | v=${version}\n`),
        };
      },
      // Node, as process 1, does not end on signals that nobody handles.
      stops: {},
    });
  };
