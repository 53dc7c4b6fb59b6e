import { header, type ServerRequest } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { runServer } from "../run-server.ts";
import { inPieces, type Peer } from "../serving.ts";
import { accessTime, httpDate } from "../times.ts";

interface Version {
  readonly nginx: string;
  readonly lua: string;
  readonly page: (proc: ProcessContext, request: ServerRequest, peer: Peer, version: Version, body: string) => string;
  /** What /run.sh says before nginx starts. */
  readonly hello: string;
}

const values = (request: ServerRequest): readonly (readonly [string, string])[] =>
  request.headers.map(([name, value]) => [name.toLowerCase(), value] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** The address nginx thinks it was asked at: the name without its port, and the port it listens on. */
function asked(request: ServerRequest, { socket }: Peer): string {
  const host = (header(request.headers, "host") ?? "").replace(/:\d+$/, "");
  return `http://${host}:${socket.local.port}${request.target}`;
}

const VERSIONS: Readonly<Record<"1.4" | "1.10", Version>> = {
  "1.4": {
    nginx: "1.10.0",
    lua: "10001",
    hello: "",
    page: (_, request, peer, { nginx, lua }, body) =>
      `CLIENT VALUES:
client_address=${peer.socket.remote.ip}
command=${request.method}
real path=${request.target}
query=${request.query === "" ? "nil" : request.query}
request_version=${request.version}
request_uri=${asked(request, peer)}

SERVER VALUES:
server_version=nginx: ${nginx} - lua: ${lua}

HEADERS RECEIVED:
${values(request)
  .map(([name, value]) => `${name}=${value}\n`)
  .join("")}BODY:
${body || "-no body in request-"}`,
  },
  "1.10": {
    nginx: "1.13.3",
    lua: "10008",
    hello:
      "Generating self-signed cert\nGenerating a RSA private key\nwriting new private key to '/certs/privateKey.key'\n-----\nStarting nginx\n",
    page: (proc, request, peer, { nginx, lua }, body) => {
      const { POD_NAME, NODE_NAME = "N/A", POD_NAMESPACE = "N/A", POD_IP = "N/A" } = proc.env;
      const pod =
        POD_NAME === undefined
          ? "\t-no pod information available-\n"
          : `\tnode name:\t${NODE_NAME}\n\tpod name:\t${POD_NAME}\n\tpod namespace:\t${POD_NAMESPACE}\n\tpod IP:\t${POD_IP}\n`;
      const headers = values(request).map(([name, value]) => `\t${name}=${value}\n`);
      return `

Hostname: ${proc.hostname}

Pod Information:
${pod}
Server values:
\tserver_version=nginx: ${nginx} - lua: ${lua}

Request Information:
\tclient_address=${peer.socket.remote.ip}
\tmethod=${request.method}
\treal path=${request.target}
\tquery=${request.query}
\trequest_version=${request.version}
\trequest_scheme=http
\trequest_uri=${asked(request, peer)}

Request Headers:
${headers.join("")}
Request Body:
${body || "\t-no body in request-"}

`;
    },
  },
};

/** Kubernetes' echoserver: an nginx whose Lua script says what it was asked. Its configuration is built in. */
export const echoserver =
  (tag: keyof typeof VERSIONS): Program =>
  async (proc) => {
    const version = VERSIONS[tag];
    const server = tag === "1.4" ? `nginx/${version.nginx}` : "echoserver";
    return runServer(proc, {
      ports: [8080],
      sayKeepAlive: true,
      started: () => (version.hello === "" ? undefined : proc.stdout.write(version.hello)),
      sent: (request, response, bytes, { socket }) => {
        const agent = header(request.headers, "user-agent") ?? "-";
        return proc.stdout.write(
          `${socket.remote.ip} - - [${accessTime(proc.clock.now())}] "${request.line}" ${response.status} ${bytes} "${header(request.headers, "referer") ?? "-"}" "${agent}"\n`,
        );
      },
      async handle(request, peer) {
        const text = version.page(proc, request, peer, version, await request.body.text());
        return {
          status: 200,
          headers: [
            ["Server", server],
            ["Date", httpDate(proc.clock.now())],
            ["Content-Type", "text/plain"],
            ["Connection", ""],
          ],
          body: inPieces(text),
        };
      },
      stops: {
        QUIT: async (service) => {
          await service.drain();
          return 0;
        },
        TERM: async () => 0,
        INT: async () => 0,
      },
    });
  };
