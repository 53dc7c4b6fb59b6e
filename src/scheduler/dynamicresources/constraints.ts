import type { DeviceAttribute, DeviceConstraint } from "../../api/index.ts";
import type { PlacedDevice } from "./pools.ts";
import { AllocationError, type Ask } from "./requests.ts";

/** All devices of the requests it is about share one value of an attribute (k8s: matchAttributeConstraint). */
export class MatchAttribute {
  readonly #attribute: string;
  readonly #requests: ReadonlySet<string> | undefined;
  #value: string | undefined;
  #count = 0;

  constructor({ matchAttribute, requests = [] }: DeviceConstraint, where: string) {
    if (matchAttribute === undefined) throw new AllocationError(`${where}: empty constraint (unsupported constraint type?)`);
    this.#attribute = matchAttribute;
    this.#requests = requests.length > 0 ? new Set(requests) : undefined;
  }

  /** Whether the device may join those that are there; it does then. */
  add(ask: Ask, device: PlacedDevice): boolean {
    if (!this.#concerns(ask)) return true;
    const value = valueOf(device, this.#attribute);
    if (value === undefined || (this.#count > 0 && value !== this.#value)) return false;
    this.#value = value;
    this.#count++;
    return true;
  }

  remove(ask: Ask): void {
    if (this.#concerns(ask)) this.#count--;
  }

  #concerns({ request, ref }: Ask): boolean {
    return !this.#requests || this.#requests.has(request) || this.#requests.has(ref);
  }
}

/** The attribute's type and value as one text; names without a domain are the driver's. */
function valueOf({ device, driver }: PlacedDevice, name: string): string | undefined {
  const { attributes = {} } = device;
  const slash = name.indexOf("/");
  const found = attributes[name] ?? (name.slice(0, slash) === driver ? attributes[name.slice(slash + 1)] : undefined);
  return found && textOf(found);
}

function textOf({ bool, int, string, version }: DeviceAttribute): string | undefined {
  if (string !== undefined) return `string ${string}`;
  if (int !== undefined) return `int ${int}`;
  if (bool !== undefined) return `bool ${bool}`;
  return version === undefined ? undefined : `version ${version}`;
}
