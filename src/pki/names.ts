import { decodeText, element, elements, oid, oidText, sequence, TAG, text } from "./der.ts";

/** An X.501 name, the part that Kubernetes reads. */
export interface Name {
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** What else it says: attributes' types, in digits, and values. */
  readonly others?: readonly (readonly [type: string, value: string])[];
}

const COMMON_NAME = "2.5.4.3";
const ORGANIZATION = "2.5.4.10";

/** Of a name's DER. Throws DerError. */
export function readName(raw: Uint8Array): Name {
  const organizations: string[] = [];
  const others: (readonly [string, string])[] = [];
  let commonName = "";
  for (const set of elements(elements(raw)[0]?.body ?? raw))
    for (const attribute of elements(set.body)) {
      const [type, value] = elements(attribute.body);
      if (!type || !value) continue;
      const name = oidText(type);
      if (name === COMMON_NAME) commonName = decodeText(value);
      else if (name === ORGANIZATION) organizations.push(decodeText(value));
      else others.push([name, decodeText(value)]);
    }
  return { commonName, organizations, ...(others.length > 0 && { others }) };
}

export function writeName({ commonName, organizations }: Name): Uint8Array {
  const attribute = (type: string, value: string): Uint8Array =>
    element(TAG.set, sequence(oid(type), text(/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? TAG.printable : TAG.utf8, value)));
  return sequence(...organizations.map((o) => attribute(ORGANIZATION, o)), attribute(COMMON_NAME, commonName));
}
