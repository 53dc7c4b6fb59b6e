import { base64Decode, base64Encode } from "../machinery/index.ts";

/** `-----BEGIN CERTIFICATE-----` and what follows. */
export function toPem(label: string, bytes: Uint8Array): string {
  const lines = base64Encode(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

const BLOCK = /-----BEGIN ([^-\n]+)-----\s*\n([\s\S]*?)-----END \1-----/;

/** The first block of a PEM text; undefined when there is none. Headers are skipped. */
export function fromPem(text: string): { readonly label: string; readonly bytes: Uint8Array } | undefined {
  const [, label, body] = BLOCK.exec(text) ?? [];
  if (label === undefined || body === undefined) return undefined;
  const bytes = base64Decode(body.replace(/^[^\n]*: [^\n]*\n/gm, "").replace(/\s/g, ""));
  return typeof bytes === "number" ? undefined : { label, bytes };
}
