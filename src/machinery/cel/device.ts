import type { Environment } from "./check.ts";
import { environment } from "./environment.ts";
import { quantity, semver } from "./library/numbers.ts";
import { BOOL, DYN, mapOf, objectOf, opaque, STRING } from "./types.ts";
import { isMap, MadeMap, type MapValue, type Value } from "./values.ts";

/** What an expression may ask of a device (k8s: resource.k8s.io/v1 Device). */
export interface DeviceFacts {
  readonly driver: string;
  readonly attributes?: Readonly<
    Record<string, { readonly bool?: boolean; readonly int?: number; readonly string?: string; readonly version?: string }>
  >;
  readonly capacity?: Readonly<Record<string, { readonly value: string }>>;
  readonly allowMultipleAllocations?: boolean;
}

/** The variable `device` (k8s: dynamic-resource-allocation/cel compile.go). */
export const deviceEnvironment = (): Environment =>
  environment({
    device: objectOf("kubernetes.DRADevice", {
      driver: STRING,
      attributes: mapOf(STRING, mapOf(STRING, DYN)),
      capacity: mapOf(STRING, mapOf(STRING, opaque("kubernetes.Quantity"))),
      allowMultipleAllocations: BOOL,
    }),
  });

/** The value of `device`: names without a domain are the driver's own. */
export function deviceValue({ driver, attributes = {}, capacity = {}, allowMultipleAllocations = false }: DeviceFacts): Value {
  const device = new MadeMap("kubernetes.DRADevice");
  device.insert("driver", driver);
  device.insert(
    "attributes",
    byDomain(driver, attributes, ({ bool, int, string, version }) => {
      if (version !== undefined) return semver(version);
      return int === undefined ? (bool ?? string) : BigInt(int);
    }),
  );
  device.insert(
    "capacity",
    byDomain(driver, capacity, ({ value }) => quantity(value)),
  );
  device.insert("allowMultipleAllocations", allowMultipleAllocations);
  return device;
}

/** Any domain may be asked for: one that the device knows nothing of is empty. */
class Domains implements MapValue {
  readonly isMap = true;
  readonly typeName = "map";
  readonly #known = new MadeMap();

  get size(): number {
    return this.#known.size;
  }
  keys(): readonly Value[] {
    return this.#known.keys();
  }
  get(key: Value): Value | undefined {
    return this.#known.get(key) ?? (typeof key === "string" ? NOTHING : undefined);
  }
  put(domain: string, id: string, value: Value): void {
    let map = this.#known.get(domain);
    if (map === undefined || !isMap(map)) this.#known.insert(domain, (map = new MadeMap()));
    (map as MadeMap).insert(id, value);
  }
}

const NOTHING = new MadeMap();

function byDomain<T>(driver: string, named: Readonly<Record<string, T>>, valueOf: (given: T) => Value | undefined): Domains {
  const domains = new Domains();
  for (const [name, given] of Object.entries(named)) {
    const value = valueOf(given);
    if (value === undefined) continue;
    const slash = name.indexOf("/");
    domains.put(slash < 0 ? driver : name.slice(0, slash), name.slice(slash + 1), value);
  }
  return domains;
}
