import { enclosed } from "../json-layout.ts";

type Json = unknown;

export interface Layout {
  /** One step of indentation; "" is one line. */
  readonly indent?: string;
  readonly sort?: boolean;
  readonly ascii?: boolean;
  readonly color?: boolean;
}
const isMap = (v: Json): v is Readonly<Record<string, Json>> => typeof v === "object" && v !== null && !Array.isArray(v);

/** A number as jq prints it: 17 digits, exponents from a few zeroes on; what is none is null. */
export function number(n: number): string {
  if (Number.isNaN(n)) return "null";
  if (!Number.isFinite(n)) return n > 0 ? "1.7976931348623157e+308" : "-1.7976931348623157e+308";
  if (Object.is(n, -0)) return "-0";
  const [mantissa = "", exponent = "0"] = n.toExponential().split("e");
  const digits = mantissa.replace(/\D/g, "").length;
  const point = Number(exponent) + 1;
  if (point <= -4 || point > digits + 15) return `${mantissa}e${point - 1 < 0 ? "-" : "+"}${String(Math.abs(point - 1)).padStart(2, "0")}`;
  const plain = String(n);
  if (!plain.includes("e")) return plain;
  return BigInt(n)
    .toString()
    .replace(/./g, (c, i: number) => (i < digits + (n < 0 ? 1 : 0) ? c : "0"));
}

function quoted(text: string, ascii: boolean): string {
  const shown = JSON.stringify(text).replaceAll("\u007f", "\\u007f");
  return ascii ? shown.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`) : shown;
}

const RESET = "\u001b[0m";
const COLORS = { null: "1;30", false: "0;39", true: "0;39", number: "0;39", string: "0;32", array: "1;39", object: "1;39", key: "34;1" };

/** A value as JSON. */
export function show(v: Json, layout: Layout = {}): string {
  return layout.color ? colored(v, layout, "\n") : plain(v, layout, "\n");
}

const namesOf = (v: Readonly<Record<string, Json>>, sort: boolean | undefined): string[] => (sort ? Object.keys(v).sort() : Object.keys(v));

function plain(v: Json, layout: Layout, line: string): string {
  if (typeof v === "number") return number(v);
  if (typeof v === "string") return quoted(v, layout.ascii ?? false);
  if (typeof v === "boolean") return String(v);
  if (v === null || v === undefined) return "null";
  const { indent = "" } = layout;
  const deeper = line + indent;
  if (Array.isArray(v)) {
    const items = v.map((x) => plain(x, layout, deeper));
    return enclosed(["[", "]"], items, indent, line);
  }
  if (!isMap(v)) return "null";
  const space = indent === "" ? "" : " ";
  const pairs = namesOf(v, layout.sort).map((k) => `${quoted(k, layout.ascii ?? false)}:${space}${plain(v[k], layout, deeper)}`);
  return enclosed(["{", "}"], pairs, indent, line);
}

function colored(v: Json, layout: Layout, line: string): string {
  const start = (name: keyof typeof COLORS): string => `\u001b[${COLORS[name]}m`;
  const { indent = "" } = layout;
  const [deeper, here] = indent === "" ? ["", ""] : [line + indent, line];
  if (Array.isArray(v)) {
    const color = start("array");
    if (v.length === 0) return `${color}[]${RESET}`;
    const items = v.map((x, i) => `${i === 0 ? deeper : `${color},${deeper}`}${colored(x, layout, line + indent)}`);
    return `${color}[${items.join("")}${color}${here}${color}]${RESET}`;
  }
  if (isMap(v)) {
    const color = start("object");
    const names = namesOf(v, layout.sort);
    if (names.length === 0) return `${color}{}${RESET}`;
    const items = names.map((k, i) => {
      const key = `${start("key")}${quoted(k, layout.ascii ?? false)}${RESET}`;
      const before = i === 0 ? `${deeper}${RESET}` : `${color},${deeper}${RESET}`;
      return `${before}${key}${color}:${indent === "" ? "" : " "}${RESET}${colored(v[k], layout, line + indent)}`;
    });
    return `${color}{${items.join("")}${color}${here}${color}}${RESET}`;
  }
  const name = typeof v === "number" ? "number" : typeof v === "string" ? "string" : v === true ? "true" : v === false ? "false" : "null";
  return `${start(name)}${plain(v, layout, line)}${RESET}`;
}
