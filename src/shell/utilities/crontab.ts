import type { Utility } from "./tool.ts";

/** No daemon reads tables here, so none is taken. */
export const crontab: Utility = {
  name: "crontab",
  usage: "[-c DIR] [-u USER] [-ler]|[FILE]",
  about: "There is no cron daemon in Timonel's containers: a CronJob is what repeats here",
  flags: {},
  parse: "raw",
  run: (t) => t.fail("can't change directory to '/var/spool/cron/crontabs': No such file or directory"),
};
