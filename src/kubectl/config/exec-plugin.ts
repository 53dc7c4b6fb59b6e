import { base64Text } from "../../machinery/index.ts";
import { CliError } from "../errors.ts";
import type { Preference } from "../kuberc/file.ts";
import { UrlError } from "../rest/url-error.ts";
import type { Access, ClientConfig, ExecConfig, KubectlProcess } from "../types.ts";

interface ExecCredential {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly status?: { readonly token?: string; readonly clientCertificateData?: string; readonly clientKeyData?: string };
}

/** Why there are no credentials: told as of a request that found no way. */
class NoCredentials extends Error {
  override readonly name = "NoCredentials";
}
const fail = (message: string): NoCredentials => new NoCredentials(`getting credentials: ${message}`);

/** The same access with what the user's program gives in place of the program (k8s: client-go plugin/pkg/client/auth/exec). */
export async function withPluginCredentials(
  proc: KubectlProcess,
  config: Pick<ClientConfig, "access" | "server">,
  preference: Preference | undefined,
): Promise<Access> {
  try {
    return await credentials(proc, config, preference);
  } catch (error) {
    if (error instanceof NoCredentials) throw new UrlError("GET", `${config.server}/api?timeout=32s`, error.message);
    throw error;
  }
}

async function credentials(
  proc: KubectlProcess,
  config: Pick<ClientConfig, "access" | "server">,
  preference: Preference | undefined,
): Promise<Access> {
  const { exec, ...access } = config.access;
  if (!exec?.command) return access;
  const { command, apiVersion = "", interactiveMode = "IfAvailable" } = exec;
  if (!/^client\.authentication\.k8s\.io\/v1(?:beta1)?$/.test(apiVersion))
    throw new CliError(`exec plugin: invalid apiVersion ${JSON.stringify(apiVersion)}`);
  const path = executable(proc, command);
  allow(command, path, preference);
  if (interactiveMode === "Always" && !proc.stdin.tty)
    throw fail("exec plugin cannot support interactive mode: standard input is not a terminal");
  if (path === undefined)
    throw fail(
      `exec: executable ${command} not found\n\nIt looks like you are trying to use a client-go credential plugin that is not installed.\n\nTo learn more about this feature, consult the documentation available at:\n      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins`,
    );
  const text = await run(proc, exec, path, {
    apiVersion,
    kind: "ExecCredential",
    spec: {
      ...(exec.provideClusterInfo ? { cluster: clusterInfo(config) } : {}),
      interactive: interactiveMode !== "Never" && proc.stdin.tty,
    },
  });
  let credential: ExecCredential;
  try {
    credential = JSON.parse(text) as ExecCredential;
  } catch {
    throw fail(`decoding stdout: couldn't get version/kind; json parse error: invalid character in ${JSON.stringify(text.slice(0, 40))}`);
  }
  if (credential.apiVersion !== apiVersion)
    throw fail(`exec plugin is configured to use API version ${apiVersion}, plugin returned version ${credential.apiVersion ?? ""}`);
  const { status } = credential;
  if (!status) throw fail("exec plugin didn't return a status field");
  const { token, clientCertificateData: certificate, clientKeyData: key } = status;
  if (!token && !certificate && !key) throw fail("exec plugin didn't return a token or cert/key pair");
  return { ...access, ...(token ? { token } : {}), ...(certificate && key ? { certificate, key } : {}) };
}

const clusterInfo = ({ server, access }: Pick<ClientConfig, "access" | "server">): object => ({
  server,
  ...(access.authorities === undefined ? {} : { "certificate-authority-data": base64Text(access.authorities) }),
});

/** Whether somebody's preferences let the program run. Throws CliError. */
function allow(command: string, path: string | undefined, preference: Preference | undefined): void {
  const policy = preference?.credentialPluginPolicy ?? "";
  if (policy === "DenyAll") throw fail(`plugin ${JSON.stringify(command)} not allowed: policy set to "DenyAll"`);
  if (policy !== "Allowlist") return;
  if (path === undefined)
    throw fail(
      `plugin path ${JSON.stringify(command)} cannot be resolved for credential plugin allowlist check: exec: ${JSON.stringify(command)}: executable file not found in $PATH`,
    );
  const allowed = (preference?.credentialPluginAllowlist ?? []).some(({ command: c }) => c === command || c === path);
  if (!allowed) throw fail(`plugin path ${JSON.stringify(path)} is not permitted by the credential plugin allowlist`);
}

function executable({ env, fs }: KubectlProcess, command: string): string | undefined {
  const candidates = command.includes("/")
    ? [command]
    : (env["PATH"] ?? "")
        .split(":")
        .filter((f) => f !== "")
        .map((folder) => `${folder.replace(/\/$/, "")}/${command}`);
  return candidates.find((p) => fs.exists(p) && fs.stat(p).type === "file" && (fs.stat(p).mode & 0o111) !== 0);
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** What the program prints. */
async function run(proc: KubectlProcess, { args, env, command = "" }: ExecConfig, path: string, info: object): Promise<string> {
  const file = `/tmp/kubectl-credentials-${proc.random.suffix(10)}`;
  const variables = [...(env ?? []), { name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) }];
  const line = [
    ...variables.map(({ name, value }) => `${name}=${quoted(value)}`),
    ...[path, ...(args ?? [])].map(quoted),
    `>${quoted(file)}`,
  ].join(" ");
  const { code } = await (await proc.spawn({ argv: ["/bin/sh", "-c", line] })).exited;
  const text = proc.fs.exists(file) ? proc.fs.readText(file) : "";
  if (proc.fs.exists(file)) proc.fs.unlink(file);
  if (code !== 0) throw fail(`exec: executable ${command} failed with exit code ${code}`);
  return text;
}
