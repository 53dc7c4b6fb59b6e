import type { ProcessContext } from "../../runtime/index.ts";
import { isoTime } from "../times.ts";

type Attributes = Readonly<Record<string, unknown>>;

export type Say = (
  component: string,
  id: number,
  context: string,
  message: string,
  attributes?: Attributes,
  severity?: "I" | "W" | "E" | "F",
  tags?: readonly string[],
) => string;

/** mongod's structured log, a line an event (https://www.mongodb.com/docs/manual/reference/log-messages/). */
export function logger(proc: ProcessContext): Say {
  return (component, id, context, message, attributes, severity = "I", tags) => {
    const time = `${isoTime(proc.clock.now()).slice(0, -1)}+00:00`;
    const rest = JSON.stringify({ ctx: context, msg: message, ...(tags && { tags }), ...(attributes && { attr: attributes }) }).slice(1);
    const line = `{"t":{"$date":"${time}"},"s":"${severity}",  "c":${`"${component}",`.padEnd(12)}"id":${`${id},`.padEnd(9)}${rest}`;
    void proc.stdout.write(`${line}\n`);
    return line;
  };
}
