import { base64Decode } from "../../machinery/index.ts";
import { CliError, ConfigurationError } from "../errors.ts";
import type { Flags } from "../flags/parse.ts";
import type { Access, ExecConfig, Files, JsonObject } from "../types.ts";

interface Entry {
  readonly name: string;
  readonly value: JsonObject;
  /** The folder of the file that says it: where its paths begin. */
  readonly folder: string;
}

/** Flags that say who one is, over what a kubeconfig says. */
const CREDENTIALS = ["token", "username", "password", "client-certificate", "client-key"] as const;

/** How a server is trusted and what it is shown, files read; throws what is wrong with it (k8s: clientcmd/validation.go). */
export function accessOf(cluster: Entry, user: Entry, flags: Flags, fs: Files): Access {
  const given = Object.fromEntries(CREDENTIALS.filter((name) => flags.changed(name)).map((name) => [name, flags.string(name)]));
  const problems: string[] = [];
  const own = { ...user.value };
  // What a flag names takes the place of what is embedded.
  for (const name of ["client-certificate", "client-key"]) if (name in given) delete own[`${name}-data`];
  const file = (entry: Entry, named: string, value: JsonObject): string | undefined => {
    const data = value[`${named}-data`];
    const path = value[named];
    if (typeof data === "string" && data !== "") return decoded(data);
    if (typeof path !== "string" || path === "") return undefined;
    const full = path.startsWith("/") ? path : `${named in given || flags.changed(named) ? "." : entry.folder}/${path}`;
    try {
      return fs.readText(full);
    } catch (error) {
      const what = { "client-certificate": "client-cert", "client-key": "client-key" }[named] ?? named;
      const why = (error as { code?: unknown }).code === "EACCES" ? "permission denied" : "no such file or directory";
      const shown = full.startsWith("./") ? path : full;
      problems.push(`unable to read ${what} ${shown} for ${entry.name} due to open ${shown}: ${why}`);
      return undefined;
    }
  };
  const clusterValue = { ...cluster.value };
  if (flags.changed("certificate-authority")) {
    delete clusterValue["certificate-authority-data"];
    clusterValue["certificate-authority"] = flags.string("certificate-authority");
  }
  const authorities = file(cluster, "certificate-authority", clusterValue);
  if (authorities !== undefined && !authorities.includes("-----BEGIN CERTIFICATE-----"))
    throw new CliError("unable to load root certificates: no valid certificate authority data seen");
  const said = { ...own, ...given };
  const wanted = said["client-certificate"] !== undefined || said["client-certificate-data"] !== undefined;
  const certificate = file(user, "client-certificate", said);
  const key = wanted ? file(user, "client-key", said) : undefined;
  if (wanted && said["client-key"] === undefined && said["client-key-data"] === undefined)
    problems.push(`client-key-data or client-key must be specified for ${user.name} to use the clientCert authentication method.`);
  const username = text(said["username"]);
  const basic = username !== "" || text(said["password"]) !== "";
  if (text(said["token"]) !== "" && basic)
    problems.push(`more than one authentication method found for ${user.name}; found [token basicAuth], only one is allowed`);
  if (text(clusterValue["proxy-url"]) !== "")
    throw new CliError(`proxy-url of cluster ${JSON.stringify(cluster.name)}: proxies are not simulated in Timonel`);
  if (said["auth-provider"] !== undefined)
    throw new CliError(`auth-provider of user ${JSON.stringify(user.name)}: providers of credentials are not simulated in Timonel`);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const tokenFile = text(said["tokenFile"]);
  const token = text(said["token"]) || (tokenFile && fromFile(fs, tokenFile.startsWith("/") ? tokenFile : `${user.folder}/${tokenFile}`));
  return {
    authorities,
    insecure: flags.changed("insecure-skip-tls-verify")
      ? flags.bool("insecure-skip-tls-verify")
      : clusterValue["insecure-skip-tls-verify"] === true,
    serverName: flags.string("tls-server-name") || text(clusterValue["tls-server-name"]) || undefined,
    certificate,
    key,
    token: token || undefined,
    basic: !basic ? undefined : { username, password: text(said["password"]) },
    ...(said["exec"] === undefined || said["exec"] === null ? {} : { exec: said["exec"] as ExecConfig }),
  };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function fromFile(fs: Files, path: string): string {
  try {
    return fs.readText(path).trim();
  } catch {
    throw new CliError(`open ${path}: no such file or directory`);
  }
}

function decoded(data: string): string {
  const bytes = base64Decode(data);
  if (typeof bytes === "number") throw new CliError(`illegal base64 data at input byte ${bytes}`);
  return new TextDecoder().decode(bytes);
}
