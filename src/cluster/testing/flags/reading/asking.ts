import { printing } from "../shared.ts";
import { flagRows, type FlagRow } from "../row.ts";

/** Of an elliptic key that was thrown away. */
const REQUEST =
  "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIa01JR0xBZ0VBTUNreENqQUlCZ05WQkFvTUFXRXhDakFJQmdOVkJBb01BV0l4RHpBTkJnTlZCQU1NQm5OcApiWEJzWlRCWk1CTUdCeXFHU000OUFnRUdDQ3FHU000OUF3RUhBMElBQkVBYWp4dDl5czJwZjhVeEl1cTEySExPCjNsbm9XODhabnNxWCtlOXpzTFl2OFFEYzRLdytsTlRNYlBsaFBUMHM3VVBzR0lzb0o5Z2hPZ3QyWTN0TW1adWcKQURBS0JnZ3Foa2pPUFFRREFnTklBREJGQWlCcTl0YVV1WVBFSlNMZ3pkL3ZqNzM4dmxhUS9Xc3B3VzdTWUQ3ZgorNSsxdWdJaEFLeUlsMFgwamdJNzhnQWdIR08xQTlzdTcyY24vL1RNc1M4cHowd1dpb0o1Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=";
const CSR = `printf 'apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: %s}\nspec: {request: ${REQUEST}, signerName: example.com/any, usages: [client auth]}\n' $N > f.yaml; kubectl apply -f f.yaml >/dev/null; mkdir -p k d/d; cp f.yaml k; cp f.yaml d/d; echo 'resources: [f.yaml]' > k/kustomization.yaml; `;

const judging = (verb: "approve" | "deny"): readonly FlagRow[] => [
  ...printing(`certificate ${verb}`, `${CSR}kubectl certificate ${verb} $N`, "CertificateSigningRequest").filter(
    ({ flag }) => flag !== "template",
  ),
  ...flagRows(`certificate ${verb}`, `${CSR}kubectl certificate ${verb} {} 2>&1`, {
    "filename=f.yaml": { shows: "/$N ", or: "none" },
    "kustomize=k": { shows: "/$N ", or: "none" },
    force: { on: `${CSR}kubectl certificate ${verb} $N >/dev/null; kubectl certificate ${verb} $N -v=6 {} 2>&1`, shows: "/approval" },
    "template='<{{.kind}}>'": { on: `${CSR}kubectl certificate ${verb} $N -o go-template`, shows: "<CertificateSigningRequest>" },
    recursive: { on: `${CSR}kubectl certificate ${verb} -f d {} 2>&1`, shows: "/$N " },
    "show-managed-fields": { on: `${CSR}kubectl certificate ${verb} $N -o yaml`, shows: "managedFields" },
  }),
];

export const askingRows: readonly FlagRow[] = [
  ...flagRows("auth can-i", "kubectl auth can-i", {
    "all-namespaces": { on: "kubectl auth can-i get nodes {} 2>&1", hides: "not namespace scoped" },
    list: { on: "kubectl auth can-i {} 2>&1", shows: "Non-Resource URLs" },
    "no-headers": { on: "kubectl auth can-i --list", hides: "Non-Resource URLs" },
    quiet: { on: "kubectl auth can-i get pods", hides: "yes" },
    "subresource=log": { on: "kubectl auth can-i get pods -v=8 {} 2>&1", shows: '"subresource":"log"' },
  }),
  ...printing("auth whoami", "kubectl auth whoami", "SelfSubjectReview"),
  ...judging("approve"),
  ...judging("deny"),
];
