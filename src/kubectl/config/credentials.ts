import { base64Decode } from "../../machinery/index.ts";
import { CliError } from "../errors.ts";
import type { ClientConfig, Files, JsonObject } from "../types.ts";

type Credentials = Pick<ClientConfig, "user" | "pair">;

/**
 * A user's entry with what its files say: a certificate and its key as PEM, a token's file as the token. Files are meant from
 * the kubeconfig's folder (k8s: clientcmd validateAuthInfo, getUserIdentificationPartialConfig).
 */
export function credentialsOf(user: JsonObject, name: string, folder: (field: string) => string, fs: Files): Credentials {
  const absolute = (field: string): string => {
    const path = String(user[field]);
    return path.startsWith("/") ? path : `${folder(field)}/${path}`;
  };
  const has = (field: string): boolean => String(user[field] ?? "") !== "";
  const half = (field: "client-certificate" | "client-key", word: "client-cert" | "client-key"): string => {
    const data = String(user[`${field}-data`] ?? "");
    if (data !== "") {
      const bytes = base64Decode(data.replace(/\s/g, ""));
      if (typeof bytes === "number") throw new CliError(`illegal base64 data at input byte ${bytes}`);
      return new TextDecoder().decode(bytes);
    }
    if (!has(field)) return "";
    const path = absolute(field);
    if (!fs.exists(path)) throw new CliError(`unable to read ${word} ${path} for ${name} due to open ${path}: no such file or directory`);
    return fs.readText(path);
  };
  if (has("client-certificate") || has("client-certificate-data")) {
    const certificate = half("client-certificate", "client-cert");
    if (!has("client-key") && !has("client-key-data"))
      throw new CliError(`client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`);
    return { user, pair: { certificate, key: half("client-key", "client-key") } };
  }
  if (has("token") || !has("tokenFile")) return { user };
  const path = absolute("tokenFile");
  if (!fs.exists(path)) throw new CliError(`open ${path}: no such file or directory`);
  return { user: { ...user, token: fs.readText(path).trim() } };
}
