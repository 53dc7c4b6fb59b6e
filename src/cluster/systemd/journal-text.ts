import { goSprintf } from "../../machinery/index.ts";
import { utcFields } from "../../sim/index.ts";
import { CATALOG } from "./catalog.ts";
import type { JournalEntry, KlogLine, Said } from "./journal.ts";

export type JournalFormat = "short" | "short-iso" | "short-precise" | "short-full" | "short-unix" | "cat" | "json";

const two = (n: number): string => String(n).padStart(2, "0");
const three = (n: number): string => String(n).padStart(3, "0");
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const DAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");

/** A value in a line of klog's: text and structures in quotes, numbers bare (k8s: klog internal/serialize KVFormat). */
function field(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === undefined || value === null) return "<nil>";
  const reference = value as { readonly namespace?: string; readonly name?: string };
  if (typeof reference.name === "string" && Object.keys(reference).every((k) => k === "name" || k === "namespace"))
    return JSON.stringify(reference.namespace ? `${reference.namespace}/${reference.name}` : reference.name);
  if (Array.isArray(value) && value.every((v) => typeof (v as { name?: unknown } | null)?.name === "string"))
    return `[${value.map(field).join(",")}]`;
  return JSON.stringify(value);
}

/** `I0102 15:04:05.000000    1234 kubelet.go:2537] "SyncLoop ADD" source="api"`. */
function klogText({ severity, place, text, fields = {} }: KlogLine, at: number, pid: number): string {
  const t = utcFields(at);
  const head = `${severity}${two(t.month)}${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}.${three(t.millisecond)}000 ${String(pid).padStart(7)} ${place}]`;
  const said = Object.entries(fields).map(([name, value]) => ` ${name}=${field(value)}`);
  const words = typeof text === "string" ? text : goSprintf(text[0], text.slice(1));
  return `${head} ${JSON.stringify(words)}${said.join("")}`;
}

export const saidText = (said: Said, at: number, pid: number): string => (typeof said === "string" ? said : klogText(said, at, pid));

export function stamp(at: number, format: JournalFormat): string {
  const t = utcFields(at);
  const time = `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
  const date = `${t.year}-${two(t.month)}-${two(t.day)}`;
  switch (format) {
    case "short-iso":
      return `${date}T${time}+0000`;
    case "short-precise":
      return `${MONTHS[t.month - 1]} ${two(t.day)} ${time}.${three(t.millisecond)}000`;
    case "short-full":
      return `${DAYS[weekday(at)]} ${date} ${time} UTC`;
    case "short-unix":
      return `${(at / 1000).toFixed(3)}000`;
    default:
      return `${MONTHS[t.month - 1]} ${two(t.day)} ${time}`;
  }
}
/** The epoch was a Thursday. */
const weekday = (at: number): number => (Math.floor(at / 86_400_000) + 4) % 7;

/** One entry as journalctl prints it; `explained`: with what the catalog says of it. */
export function entryText(e: JournalEntry, hostname: string | undefined, format: JournalFormat, explained = false): string {
  const message = saidText(e.said, e.at, e.pid);
  if (format === "cat") return `${message}\n`;
  if (format === "json")
    return `${JSON.stringify({
      __REALTIME_TIMESTAMP: String(e.at * 1000),
      _HOSTNAME: hostname,
      _PID: String(e.pid),
      SYSLOG_IDENTIFIER: e.identifier,
      PRIORITY: String(e.priority),
      [e.identifier === "systemd" ? "UNIT" : "_SYSTEMD_UNIT"]: e.unit,
      MESSAGE: message,
    })}\n`;
  const head = `${stamp(e.at, format)} ${hostname === undefined ? "" : `${hostname} `}${e.identifier}[${e.pid}]: `;
  // What has several lines is set under its first.
  const text = `${head}${message.split("\n").join(`\n${" ".repeat(head.length)}`)}\n`;
  if (!explained || e.catalog === undefined) return text;
  return (
    text +
    CATALOG[e.catalog](e.unit, message)
      .split("\n")
      .map((line) => `░░ ${line}\n`)
      .join("")
  );
}
