import { parse } from "yaml";
import type { ProcessContext } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";

export interface RegistrySettings {
  readonly port: number;
  readonly root: string;
  readonly deletes: boolean;
  readonly auth: { readonly realm: string; readonly path: string } | undefined;
  /** What is asked for and not simulated. */
  readonly refused: string | undefined;
}

/** The configuration file with REGISTRY_… variables over it (distribution: configuration/parser.go). */
export function registrySettings(proc: ProcessContext, file: string): RegistrySettings | string {
  const text = readIfThere(proc, file);
  if (text === undefined) return `configuration error: open ${file}: no such file or directory`;
  let tree: unknown;
  try {
    tree = parse(text);
  } catch (error) {
    return `configuration error: error parsing ${file}: ${(error as Error).message.split("\n")[0]}`;
  }
  const at = (path: string): unknown => {
    const variable = proc.env[`REGISTRY_${path.replaceAll(".", "_").toUpperCase()}`];
    if (variable !== undefined) return variable;
    let here: unknown = tree;
    for (const part of path.split(".")) here = (here as Record<string, unknown> | null | undefined)?.[part];
    return here;
  };
  const said = (path: string, otherwise = ""): string => {
    const found = at(path);
    return typeof found === "string" || typeof found === "number" || typeof found === "boolean" ? String(found) : otherwise;
  };
  const addr = said("http.addr", ":5000");
  const auth = said("auth") || (typeof at("auth") === "object" && at("auth") !== null ? (Object.keys(at("auth") as object)[0] ?? "") : "");
  const storage =
    said("storage") || Object.keys((at("storage") ?? {}) as object).find((k) => /^(s3|gcs|azure|swift|oss|inmemory)$/.test(k)) || "";
  const refused =
    said("http.tls.certificate") !== ""
      ? "http.tls"
      : auth !== "" && auth !== "htpasswd"
        ? `auth.${auth}`
        : /^(s3|gcs|azure|swift|oss|inmemory)$/.test(storage)
          ? `storage.${storage}`
          : said("proxy.remoteurl") !== ""
            ? "proxy"
            : undefined;
  return {
    port: Number(addr.slice(addr.lastIndexOf(":") + 1)),
    root: said("storage.filesystem.rootdirectory", "/var/lib/registry").replace(/\/$/, ""),
    deletes: said("storage.delete.enabled") === "true",
    auth: auth === "htpasswd" ? { realm: said("auth.htpasswd.realm"), path: said("auth.htpasswd.path") } : undefined,
    refused,
  };
}
