import { field, parseDuration, parseQuantity, quantityProblem } from "../../machinery/index.ts";
import { checkOneOf, type Errors } from "../checks.ts";
import { fill, put } from "../defaulting.ts";
import type { ImageRegistry } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { orNone } from "../columns.ts";

const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::\d{1,5})?$/;
const TROUBLES = ["NoSuchHost", "ConnectionRefused", "Timeout", "UnknownAuthority", "PlainHTTP", "Forbidden", "ServerError", "RateLimited"];

export const imageRegistry: Kind<ImageRegistry> = {
  group: "sim.timonel.dev",
  version: "v1alpha1",
  kind: "ImageRegistry",
  plural: "imageregistries",
  singular: "imageregistry",
  namespaced: false,
  subresources: ["status"],
  generation: true,
  catalogue: "it is of the catalogue, which cannot be changed: an ImageRegistry of another name with the same spec.host takes its place",
  defaults: (object) => put(object, "spec", fill(object.spec ?? {}, { host: object.metadata?.name ?? "", private: false })),
  validate({ spec = {} }) {
    const errors: Errors = [];
    const { host = "", users = [], trouble, latency, bandwidth } = spec;
    if (host !== "" && (!HOST.test(host) || !/[.:]|^localhost$/.test(host)))
      errors.push(field.invalid("spec.host", host, "must be a host that image names can begin with: with a dot or a port"));
    if (trouble !== undefined) checkOneOf(errors, "spec.trouble", trouble, TROUBLES);
    for (const [i, { username, password }] of users.entries()) {
      if (!username) errors.push(field.required(`spec.users[${i}].username`));
      if (!password) errors.push(field.required(`spec.users[${i}].password`));
    }
    if (users.length > 0 && !spec.private) errors.push(field.invalid("spec.private", false, "must be true where there are users"));
    if (latency !== undefined && !isDuration(latency))
      errors.push(field.invalid("spec.latency", latency, 'must be a duration, as "400ms" or "10s"'));
    if (bandwidth !== undefined && (quantityProblem(bandwidth) !== null || parseQuantity(bandwidth).nano <= 0n))
      errors.push(field.invalid("spec.bandwidth", bandwidth, "must be a quantity greater than 0"));
    return errors;
  },
  prepareForCreate: (object) => put(object, "status", undefined),
  columns: [
    { name: "Private", description: "Whether a pull needs credentials.", type: "boolean", cell: (r) => r.spec?.private ?? false },
    { name: "Images", description: "How many images it has.", type: "integer", cell: (r) => r.status?.images ?? 0 },
    { name: "Trouble", description: "What keeps it from answering.", cell: (r) => orNone(r.spec?.trouble) },
  ],
};

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) >= 0;
  } catch {
    return false;
  }
}
