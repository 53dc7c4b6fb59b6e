import { DurationError, parseDuration } from "../../machinery/index.ts";
import { parse } from "yaml";

export interface Target {
  readonly job: string;
  readonly address: string;
  readonly path: string;
  readonly interval: number;
  readonly timeout: number;
  readonly labels: Readonly<Record<string, string>>;
}
export interface Settings {
  readonly targets: readonly Target[];
  /** What of the configuration is not done. */
  readonly refused: readonly string[];
}
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

interface ScrapeConfig {
  readonly job_name?: string;
  readonly metrics_path?: string;
  readonly scheme?: string;
  readonly scrape_interval?: string;
  readonly scrape_timeout?: string;
  readonly static_configs?: readonly { readonly targets?: readonly string[]; readonly labels?: Readonly<Record<string, string>> }[];
  readonly [more: string]: unknown;
}

const DONE = new Set([
  "job_name",
  "metrics_path",
  "scheme",
  "scrape_interval",
  "scrape_timeout",
  "static_configs",
  "honor_labels",
  "honor_timestamps",
]);
const TOP = new Set(["global", "scrape_configs"]);

/** prometheus.yml as far as it is done: global intervals, and jobs with static targets over HTTP. */
export function readConfig(text: string): Settings {
  let root: Readonly<Record<string, unknown>>;
  try {
    root = (parse(text) ?? {}) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new ConfigError(`parsing YAML file: ${(error as Error).message.split("\n")[0]}`);
  }
  const refused = Object.keys(root).filter((key) => !TOP.has(key));
  const global = (root["global"] ?? {}) as ScrapeConfig;
  const targets = ((root["scrape_configs"] ?? []) as readonly ScrapeConfig[]).flatMap((config) => {
    const job = config.job_name;
    if (!job) throw new ConfigError("job_name is empty");
    refused.push(
      ...Object.keys(config)
        .filter((key) => !DONE.has(key))
        .map((key) => `scrape_configs[${job}].${key}`),
    );
    if (config.scheme === "https") refused.push(`scrape_configs[${job}].scheme https`);
    const interval = duration(config.scrape_interval ?? global.scrape_interval ?? "1m");
    const timeout = Math.min(interval, duration(config.scrape_timeout ?? global.scrape_timeout ?? "10s"));
    return (config.static_configs ?? []).flatMap(({ targets: addresses = [], labels = {} }) =>
      addresses.map((address) => ({ job, address, path: config.metrics_path ?? "/metrics", interval, timeout, labels })),
    );
  });
  return { targets, refused };
}

function duration(text: string): number {
  try {
    return parseDuration(text.replace(/^(\d+)d$/, (_, days: string) => `${Number(days) * 24}h`));
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new ConfigError(`not a valid duration string: ${JSON.stringify(text)}`);
  }
}
