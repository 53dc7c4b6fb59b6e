import { base64Decode, base64Encode } from "../../../machinery/index.ts";
import { type Command, entropy, hex, input, optionsOf, output, unknown } from "./types.ts";

export const random: Command = async (t, { args }) => {
  const o = optionsOf(args, ["out"]);
  const count = Number(o.operands[0]);
  if (!Number.isInteger(count) || count < 0 || count > 16_777_216) {
    await t.proc.stderr.write("rand: Extra option or missing number\nrand: Use -help for summary.\n");
    return 1;
  }
  const bytes = entropy(t)(count);
  await output(t, o.value("out"), o.has("hex") ? `${hex(bytes)}\n` : o.has("base64") ? lines(base64Encode(bytes)) : bytes);
  return 0;
};

const lines = (text: string): string => (text.match(/.{1,64}/g) ?? []).map((l) => `${l}\n`).join("");

export const base64: Command = async (t, order) => {
  const o = optionsOf(order.args, ["in", "out"]);
  if (order.name === "enc" && !o.has("base64") && !o.has("a")) return unknown(t, order, o.names[0] ?? "");
  const data = await input(t, o.value("in"));
  if (!o.has("d")) {
    const text = base64Encode(data);
    await output(t, o.value("out"), o.has("A") ? text : lines(text));
    return 0;
  }
  const decoded = base64Decode(new TextDecoder().decode(data).replace(/\s/g, ""));
  if (typeof decoded === "number") {
    await t.proc.stderr.write("error reading input file\n");
    return 1;
  }
  await output(t, o.value("out"), decoded);
  return 0;
};

const NAMES: Readonly<Record<string, string>> = {
  md5: "MD5",
  sha1: "SHA1",
  sha224: "SHA2-224",
  sha256: "SHA2-256",
  sha384: "SHA2-384",
  sha512: "SHA2-512",
};

export const digest: Command = async (t, order) => {
  const { tools, name, args } = order;
  const o = optionsOf(args, ["out"]);
  const kind = name === "dgst" ? (o.names.find((n) => tools.digests[n]) ?? "sha256") : name;
  const bad = o.names.find((n) => !tools.digests[n] && !["r", "hex", "binary", "out"].includes(n));
  if (bad !== undefined) return unknown(t, order, bad);
  for (const path of o.operands.length > 0 ? o.operands : [undefined]) {
    const bytes = (tools.digests[kind] as (data: Uint8Array) => Uint8Array)(await input(t, path));
    if (o.has("binary")) await t.bytes(bytes);
    else await t.out(o.has("r") ? `${hex(bytes)} *${path ?? "stdin"}\n` : `${NAMES[kind]}(${path ?? "stdin"})= ${hex(bytes)}\n`);
  }
  return 0;
};
