import type { HTTPIngressPath, IngressBackend, IngressRule, IngressTLS } from "../../../api/index.ts";
import { CliError } from "../../errors.ts";
import { array, str } from "../../flags/parse.ts";
import { generator } from "./generator.ts";

/** host/path=service:port, with or without `,tls` or `,tls=secret`. */
const RULE = /^[\w*\-.]*\/.*=[\w-]+:[\w-]+(,tls=?([\w-]+)?)?/;

function backend(text: string): IngressBackend {
  const [name = "", port = ""] = text.split(":");
  return { service: { name, port: /^[+-]?\d+$/.test(port) ? { number: Number(port) } : port ? { name: port } : {} } };
}

function pathOf(text: string): HTTPIngressPath {
  const [path = "", service = ""] = text.split("=");
  const prefix = path.endsWith("*");
  return { path: `/${prefix ? path.slice(0, -1) : path}`, pathType: prefix ? "Prefix" : "Exact", backend: backend(service) };
}

/** One rule a host, in the order in which they first come. */
function rulesOf(texts: readonly string[]): readonly IngressRule[] {
  const byHost = new Map<string, HTTPIngressPath[]>();
  for (const text of texts) {
    const [host = "", rest = ""] = (text.split(",")[0] ?? "").split(/\/(.*)/s);
    byHost.set(host, [...(byHost.get(host) ?? []), pathOf(rest)]);
  }
  return [...byHost].map(([host, paths]) => ({ ...(host ? { host } : {}), http: { paths } }));
}

/** One entry a secret; a host is taken into one of them only (k8s: create_ingress.go buildTLSRules). */
function tlsOf(texts: readonly string[]): readonly IngressTLS[] {
  const bySecret = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  for (const text of texts) {
    const [rule = "", tls, more] = text.split(",");
    const host = rule.split("/")[0] ?? "";
    if (tls === undefined || more !== undefined || seen.has(host)) continue;
    seen.add(host);
    const secret = tls.split("=")[1] ?? "";
    const known = bySecret.get(secret);
    if (known !== undefined || host || secret) bySecret.set(secret, [...(known ?? []), ...(known !== undefined || host ? [host] : [])]);
  }
  return [...bySecret].map(([secretName, hosts]) => ({ ...(hosts.length > 0 ? { hosts } : {}), ...(secretName ? { secretName } : {}) }));
}

export const ingress = generator({
  name: "ingress",
  aliases: ["ing"],
  short: "Create an ingress with the specified name",
  usage: "NAME --rule=host/path=service:port[,tls[=secret]] ",
  namespaced: true,
  failing: "failed to create ingress",
  flags: {
    annotation: array("Annotation to insert in the ingress object, in the format annotation=value"),
    class: str("Ingress Class to be used"),
    "default-backend": str("Default service for backend, in format of svcname:port"),
    rule: array(
      "Rule in format host/path=service:port[,tls=secretname]. Paths containing the leading character '*' are considered pathType=Prefix. tls argument is optional.",
    ),
  },
  build(name, { flags }) {
    const [rules, fallback, ingressClassName] = [flags.list("rule"), flags.string("default-backend"), flags.string("class")];
    if (!fallback && rules.length === 0)
      throw new CliError(
        "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
      );
    for (const rule of rules)
      if (!RULE.test(rule)) throw new CliError(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
    const annotations = flags.list("annotation").map((text): readonly [string, string] => {
      const [key = "", value] = text.split(/=(.*)/s);
      if (value === undefined) throw new CliError(`annotation ${text} is invalid and should be in format key=[value]`);
      return [key, value];
    });
    if (fallback && fallback.split(":").length !== 2) throw new CliError("default-backend should be in format servicename:serviceport");
    const tls = tlsOf(rules);
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name, ...(annotations.length > 0 ? { annotations: Object.fromEntries(annotations) } : {}) },
      spec: {
        ...(ingressClassName ? { ingressClassName } : {}),
        ...(fallback ? { defaultBackend: backend(fallback) } : {}),
        ...(tls.length > 0 ? { tls } : {}),
        ...(rules.length > 0 ? { rules: rulesOf(rules) } : {}),
      },
      status: { loadBalancer: {} },
    };
  },
});
