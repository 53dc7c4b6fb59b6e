import bcrypt from "bcryptjs";
import { base64Decode } from "../../machinery/index.ts";
import { header, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { rfc3339Micro } from "../../sim/index.ts";
import { readIfThere } from "../process.ts";
import { runServer } from "../run-server.ts";
import { accessTime } from "../times.ts";
import { answer, refused, VERSION } from "./api.ts";
import { Blobs } from "./blobs.ts";
import { type RegistrySettings, registrySettings } from "./settings.ts";

const GO: Readonly<Record<string, string>> = { "2.8.3": "go1.20.8", "3.0.0": "go1.23.7" };

/** registry serve (distribution): an OCI registry over a folder. */
export const registry: Program = async (proc) => {
  const [, command, file] = proc.argv;
  const version = (readIfThere(proc, "/etc/registry-build") ?? "2.8.3").trim();
  if (command === "--version" || command === "-v") {
    await proc.stdout.write(
      `registry github.com/${version.startsWith("2") ? "docker" : "distribution"}/distribution ${version.startsWith("2") ? "" : "v"}${version}\n`,
    );
    return 0;
  }
  if (command !== "serve") {
    await proc.stderr.write(
      command === undefined
        ? "`registry`\n\nUsage:\n  registry [flags]\n  registry [command]\n"
        : `registry ${command} is not simulated by Timonel\n`,
    );
    return 1;
  }
  if (file === undefined) {
    await proc.stderr.write("configuration error: configuration path unspecified\n");
    return 1;
  }
  const settings = registrySettings(proc, file);
  if (typeof settings === "string") {
    await proc.stderr.write(`${settings}\n`);
    return 1;
  }
  if (settings.refused !== undefined) {
    await proc.stderr.write(`configuration error: ${settings.refused} is not simulated by Timonel\n`);
    return 1;
  }
  const say = (level: string, msg: string, more = ""): Promise<void> =>
    proc.stderr.write(
      `time="${rfc3339Micro(proc.clock.now()).replace("Z", "000Z")}" level=${level} msg="${msg}" environment=development go.version=${GO[version] ?? "go1.20.8"}${more} service=registry version=${version}\n`,
    );
  const blobs = new Blobs(proc, settings.root);
  const api = { proc, blobs, deletes: settings.deletes };
  return runServer(proc, {
    // What a layer may have; a real one has no limit.
    limits: { body: 64 * 1024 * 1024 },
    ports: [settings.port],
    async started() {
      await proc.cpu(30);
      proc.memory(14 * 1024 * 1024);
      await say(
        "warning",
        "No HTTP secret provided - generated random secret. This may cause problems with uploads if multiple registries are behind a load-balancer. To provide a shared secret, fill in http.secret in the configuration file or set the REGISTRY_HTTP_SECRET environment variable.",
      );
      await say("info", "redis not configured");
      if (version.startsWith("2")) await say("info", "using inmemory blob descriptor cache");
      await say("info", `listening on [::]:${settings.port}`);
    },
    async taken(port) {
      await say("fatal", `listen tcp :${port}: bind: address already in use`);
      return 1;
    },
    async handle(request) {
      await proc.cpu(0.3);
      const denied = settings.auth && request.path.startsWith("/v2") ? await admitted(proc, settings.auth, request) : undefined;
      if (denied) {
        await say(
          "warning",
          `error authorizing context: basic authentication challenge for realm \\"${settings.auth?.realm ?? ""}\\": ${denied.why}`,
        );
        return denied.response;
      }
      return answer(api, request);
    },
    async sent(request, response, bytes, { socket }) {
      const { ip, port } = socket.remote;
      const agent = header(request.headers, "user-agent") ?? "";
      const { method, target } = request;
      await say(
        response.status < 400 ? "info" : "error",
        response.status < 400 ? "response completed" : "response completed with error",
        ` http.request.host="${header(request.headers, "host") ?? ""}" http.request.method=${method} http.request.remoteaddr="${ip}:${port}" http.request.uri="${target}" http.request.useragent="${agent}" http.response.status=${response.status} http.response.written=${bytes}`,
      );
      await proc.stdout.write(`${ip} - - [${accessTime(proc.clock.now())}] "${request.line}" ${response.status} ${bytes} "" "${agent}"\n`);
    },
  });
};

/** Basic authentication against bcrypt entries, which are all that there may be (distribution: auth/htpasswd). */
async function admitted(
  proc: ProcessContext,
  { realm, path }: NonNullable<RegistrySettings["auth"]>,
  request: ServerRequest,
): Promise<{ readonly why: string; readonly response: ServerResponse } | undefined> {
  const denied = (why: string) => ({
    why,
    response: refused(401, "UNAUTHORIZED", "authentication required", null, [["Www-Authenticate", `Basic realm="${realm}"`], VERSION]),
  });
  const [, given] = /^Basic\s+(\S+)$/i.exec(header(request.headers, "authorization") ?? "") ?? [];
  if (given === undefined) return denied("invalid authorization credential");
  const bytes = base64Decode(given);
  const text = typeof bytes === "number" ? "" : new TextDecoder().decode(bytes);
  const colon = text.indexOf(":");
  const [user, password] = [text.slice(0, colon), text.slice(colon + 1)];
  const [, hash = ""] =
    (readIfThere(proc, path) ?? "")
      .split("\n")
      .map((line) => line.trim().split(":"))
      .find(([name]) => name === user) ?? [];
  const [, cost = "99"] = /^\$2[aby]\$(\d\d)\$/.exec(hash) ?? [];
  await proc.cpu(Math.min(2000, 0.05 * 2 ** Number(cost)));
  // A hash that would take seconds here is not tried.
  return Number(cost) <= 12 && bcrypt.compareSync(password, hash) ? undefined : denied("authentication failure");
}
