import { parseTime } from "../../../sim/index.ts";
import { strftime } from "../../strftime.ts";

/** 20260102030405Z: milliseconds. */
export const moment = (text: string): number => parseTime(text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
export const shown = (text: string, style?: string): string =>
  strftime(style === "iso_8601" ? "%Y-%m-%d %H:%M:%SZ" : "%b %e %H:%M:%S %Y GMT", moment(text));
