import { base64Decode } from "../../machinery/index.ts";
import { annotationLines, labelLines, longTime, nameLines, type Page } from "./page.ts";
import { limitRangeLines, quotaLines } from "./policy.ts";
import type { Condition, Describer } from "./types.ts";
import type { Resource } from "../types.ts";

function head(page: Page, o: Resource, namespaced = true): void {
  if (namespaced) nameLines(page, o.metadata);
  else page.line(0, `Name:\t${o.metadata.name}`);
  labelLines(page, "Labels", o.metadata.labels);
  annotationLines(page, "Annotations", o.metadata.annotations);
}

const bytesOf = (base64: string): number => Math.floor((base64.replace(/=+$/, "").length * 3) / 4);

export const configMap: Describer = {
  group: "",
  kind: "ConfigMap",
  events: true,
  describe(page, object) {
    const o = object as Resource & {
      readonly data?: Readonly<Record<string, string>>;
      readonly binaryData?: Readonly<Record<string, string>>;
    };
    head(page, o);
    page.raw("\nData\n====\n");
    for (const key of Object.keys(o.data ?? {}).sort()) page.raw(`${key}:\n----\n${o.data?.[key] ?? ""}\n\n`);
    page.raw("\nBinaryData\n====\n");
    for (const key of Object.keys(o.binaryData ?? {}).sort()) page.raw(`${key}: ${bytesOf(o.binaryData?.[key] ?? "")} bytes\n`);
    page.raw("\n");
  },
};

const TOKEN = "kubernetes.io/service-account-token";
function plainText(base64: string): string {
  const bytes = base64Decode(base64);
  return typeof bytes === "number" ? "" : new TextDecoder().decode(bytes);
}

export const secret: Describer = {
  group: "",
  kind: "Secret",
  events: false,
  describe(page, object) {
    const o = object as Resource & { readonly type?: string; readonly data?: Readonly<Record<string, string>> };
    head(page, o);
    page.raw(`\nType:\t${o.type ?? ""}\n\nData\n====\n`);
    for (const key of Object.keys(o.data ?? {}).sort()) {
      const data = o.data?.[key] ?? "";
      // Whoever may read it is shown a token, which is to be copied.
      page.line(0, `${key}:\t${key === "token" && o.type === TOKEN ? plainText(data) : `${bytesOf(data)} bytes`}`);
    }
  },
};

export const serviceAccount: Describer = {
  group: "",
  kind: "ServiceAccount",
  events: true,
  describe(page, object) {
    const o = object as Resource & { readonly imagePullSecrets?: readonly { readonly name: string }[] };
    head(page, o);
    const names = o.imagePullSecrets ?? [];
    if (names.length === 0) page.line(0, "Image pull secrets:\t<none>");
    names.forEach(({ name }, i) => page.line(0, `${i === 0 ? "Image pull secrets:" : "                   "}\t${name}`));
  },
};

export const namespace: Describer = {
  group: "",
  kind: "Namespace",
  events: false,
  async describe(page, object, { session }) {
    const o = object as Resource & { readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] } };
    head(page, o, false);
    page.line(0, `Status:\t${o.status?.phase ?? ""}`);
    if (o.status?.conditions?.length) {
      page.line(0, "Conditions:");
      page.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
      page.line(1, "----\t------\t------------------\t------\t-------");
      for (const c of o.status.conditions)
        page.line(1, `${c.type}\t${c.status}\t${longTime(c.lastTransitionTime)}\t${c.reason ?? ""}\t${c.message ?? ""}`);
    }
    const list = async (plural: string): Promise<readonly object[]> =>
      (
        (await session.object("GET", `/api/v1/namespaces/${o.metadata.name}/${plural}`).catch(() => ({}))) as {
          items?: readonly object[];
        }
      ).items ?? [];
    quotaLines(page, await list("resourcequotas"));
    limitRangeLines(page, await list("limitranges"));
  },
};
