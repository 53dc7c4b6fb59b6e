/** Go's default buckets of a histogram, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What a checkpoint keeps of the requests that were served. */
export interface RequestMetrics {
  /** By status. */
  readonly total: Record<string, number>;
  /** By `method path status`. */
  readonly durations: Record<string, { readonly buckets: number[]; sum: number; count: number }>;
}

export function observed(metrics: RequestMetrics, method: string, path: string, status: number, ms: number): void {
  metrics.total[status] = (metrics.total[status] ?? 0) + 1;
  const key = `${method} ${path} ${status}`;
  const known = (metrics.durations[key] ??= { buckets: BUCKETS.map(() => 0), sum: 0, count: 0 });
  for (const [i, bound] of BUCKETS.entries()) if (ms / 1000 <= bound) known.buckets[i] = (known.buckets[i] ?? 0) + 1;
  known.sum += ms / 1000;
  known.count++;
}

/** As Prometheus' client writes them. */
export function exposition(
  { total, durations }: RequestMetrics,
  process: { readonly cpu: number; readonly memory: number; readonly started: number },
): string {
  const histogram = Object.entries(durations)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, { buckets, sum, count }]) => {
      const [method, path, status] = key.split(" ");
      const labels = `method="${method}",path="${path}",status="${status}"`;
      return [
        ...BUCKETS.map((bound, i) => `http_request_duration_seconds_bucket{${labels},le="${bound}"} ${buckets[i]}`),
        `http_request_duration_seconds_bucket{${labels},le="+Inf"} ${count}`,
        `http_request_duration_seconds_sum{${labels}} ${sum}`,
        `http_request_duration_seconds_count{${labels}} ${count}`,
      ];
    });
  const block = (name: string, help: string, type: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
  return [
    ...block("http_request_duration_seconds", "Seconds spent serving HTTP requests.", "histogram", histogram),
    ...block(
      "http_requests_total",
      "The total number of HTTP requests.",
      "counter",
      Object.entries(total).map(([status, n]) => `http_requests_total{status="${status}"} ${n}`),
    ),
    ...block("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", "counter", [
      `process_cpu_seconds_total ${process.cpu / 1000}`,
    ]),
    ...block("process_resident_memory_bytes", "Resident memory size in bytes.", "gauge", [
      `process_resident_memory_bytes ${process.memory}`,
    ]),
    ...block("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", "gauge", [
      `process_start_time_seconds ${process.started / 1000}`,
    ]),
    "",
  ].join("\n");
}
