import type { CatalogId } from "./journal.ts";

const explained = (subject: string, text: string): string =>
  `Subject: ${subject}\nDefined-By: systemd\nSupport: https://www.debian.org/support\n\n${text}`;

/** What `journalctl -x` adds to systemd's own messages (systemd: catalog/systemd.catalog.in). */
export const CATALOG: Readonly<Record<CatalogId, (unit: string, message: string) => string>> = {
  starting: (unit) => explained(`A start job for unit ${unit} has begun execution`, `A start job for unit ${unit} has begun execution.`),
  started: (unit) =>
    explained(`A start job for unit ${unit} has finished successfully`, `A start job for unit ${unit} has finished successfully.`),
  stopping: (unit) => explained(`A stop job for unit ${unit} has begun execution`, `A stop job for unit ${unit} has begun execution.`),
  stopped: (unit) => explained(`A stop job for unit ${unit} has finished`, `A stop job for unit ${unit} has finished.`),
  exited: (unit, message) => {
    const [, code = "exited", status = ""] = /code=(\w+), status=(\d+)/.exec(message) ?? [];
    return explained(
      "Unit process exited",
      `An ExecStart= process belonging to unit ${unit} has exited.\n\nThe process' exit code is '${code}' and its exit status is ${status}.`,
    );
  },
  failed: (unit, message) => {
    const [, result = ""] = /result '([\w-]+)'/.exec(message) ?? [];
    return explained("Unit failed", `The unit ${unit} has entered the 'failed' state with result '${result}'.`);
  },
  succeeded: (unit) => explained("Unit succeeded", `The unit ${unit} has successfully entered the 'dead' state.`),
  restart: (unit) =>
    explained(
      "Automatic restarting of a unit has been scheduled",
      `Automatic restarting of the unit ${unit} has been scheduled, as the result for\nthe configured Restart= setting for the unit.`,
    ),
};
