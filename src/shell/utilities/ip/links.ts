import type { Interface } from "../interfaces.ts";

export interface LinkStyle {
  readonly brief: boolean;
  readonly oneline: boolean;
  readonly json: boolean;
  readonly busybox: boolean;
}

export const isLoopback = (link: Interface): boolean => link.name === "lo";
export const flagsOf = (link: Interface): readonly string[] =>
  isLoopback(link) ? ["LOOPBACK", "UP", "LOWER_UP"] : ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"];
/** A pod's interface is one end of a pair; the other is the machine's. */
const shown = (link: Interface, style: LinkStyle): string => (isLoopback(link) || style.oneline ? link.name : `${link.name}@if2`);

/** The first line and the hardware address. */
export function linkText(link: Interface, index: number, style: LinkStyle, mode = " mode DEFAULT"): string {
  if (style.brief)
    return `${shown(link, style).padEnd(16)} ${(isLoopback(link) ? "UNKNOWN" : "UP").padEnd(14)} ${link.mac} <${flagsOf(link).join(",")}> \n`;
  const state = isLoopback(link) ? "UNKNOWN" : "UP";
  const head = `${index}: ${isLoopback(link) ? "lo" : `${link.name}@if2`}: <${flagsOf(link).join(",")}> mtu ${link.mtu} qdisc noqueue `;
  const rest = style.busybox ? (isLoopback(link) ? "qlen 1000" : "") : `state ${state}${mode} group default qlen 1000`;
  const kind = isLoopback(link) ? "loopback" : "ether";
  const hardware = `    link/${kind} ${link.mac} brd ${isLoopback(link) ? "00:00:00:00:00:00" : "ff:ff:ff:ff:ff:ff"}`;
  const netns = isLoopback(link) || style.busybox ? "" : " link-netnsid 0";
  return `${head}${rest}${style.oneline ? "\\" : "\n"}${hardware}${netns}\n`;
}

export function addressText(link: Interface, index: number, style: LinkStyle): string {
  const scope = isLoopback(link) ? "host" : "global";
  const inet = `inet ${link.address}/${link.prefix}${link.broadcast ? ` brd ${link.broadcast}` : ""} scope ${scope} ${link.name}`;
  const life = "valid_lft forever preferred_lft forever";
  if (style.brief)
    return `${shown(link, style).padEnd(16)} ${(isLoopback(link) ? "UNKNOWN" : "UP").padEnd(14)} ${link.address}/${link.prefix} \n`;
  if (style.oneline) return `${index}: ${link.name}    ${inet}\\       ${life}\n`;
  return `${linkText(link, index, style, "")}    ${inet}\n       ${life}\n`;
}
