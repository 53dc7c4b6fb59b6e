import { RE2JS } from "re2js";
import { CliError, errorMessage } from "../../errors.ts";
import type { Flags } from "../../flags/parse.ts";

/** Whether the proxy passes a request on. */
export type Filter = (method: string, path: string, host: string) => boolean;

/** What --accept-… and --reject-… say: lists of patterns, for any part of the text. */
export function filterOf(flags: Flags): Filter {
  if (flags.bool("disable-filter")) return () => true;
  const patterns = (flag: string): ((text: string) => boolean) => {
    const compiled = flags
      .string(flag)
      .split(",")
      .filter((p) => p !== "")
      .map((pattern) => {
        try {
          return RE2JS.compile(pattern);
        } catch (error) {
          throw new CliError(errorMessage(error));
        }
      });
    return (text) => compiled.some((p) => p.matcher(text).find());
  };
  const [paths, hosts] = [patterns("accept-paths"), patterns("accept-hosts")];
  const [noPaths, noMethods] = [patterns("reject-paths"), patterns("reject-methods")];
  return (method, path, host) => !noPaths(path) && !noMethods(method) && paths(path) && hosts(host.replace(/:\d+$/, ""));
}
