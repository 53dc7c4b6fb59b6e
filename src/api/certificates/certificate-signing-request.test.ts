import { beforeAll, expect, it } from "vitest";
import { fieldErrorMessage } from "../../machinery/index.ts";
import { loadCurves } from "../../pki/index.ts";
import { ADAS_REQUEST } from "../../pki/testing/request.ts";
import type { CertificateSigningRequest } from "../generated/types.ts";
import { certificateSigningRequest as kind } from "./certificate-signing-request.ts";

beforeAll(loadCurves);

const request = btoa(ADAS_REQUEST);
const context = { namespace: "", now: 0, requested: kind, old: undefined };
const csr = (spec: object, status: object = {}): CertificateSigningRequest => ({
  metadata: { name: "ada" },
  spec: { request, signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"], ...spec },
  status,
});
const errors = (object: CertificateSigningRequest): readonly string[] => kind.validate(object, context as never).map(fieldErrorMessage);
const condition = (type: string, status = "True") => ({ type, status });

it.each<[string, CertificateSigningRequest, readonly (string | RegExp)[]]>([
  ["a good one", csr({}), []],
  ["no PEM", csr({ request: "aGk=" }), ['spec.request: Invalid value: "aGk=": PEM block type must be CERTIFICATE REQUEST']],
  [
    "another's signature",
    csr({ request: btoa(ADAS_REQUEST.replace(/[A-Za-z0-9+/]{4}(=*\n-----END)/, "AAAA$1")) }),
    [/spec.request: Invalid value/],
  ],
  [
    "usages that are none, or twice",
    csr({ usages: ["dig", "client auth", "client auth"] }),
    [
      /^spec.usages\[0\]: Unsupported value: "dig": supported values: "any", "cert sign", /,
      'spec.usages[2]: Duplicate value: "client auth"',
    ],
  ],
  ["none at all", csr({ usages: [] }), ["spec.usages: Required value"]],
  [
    "a signer without a path",
    csr({ signerName: "me" }),
    ["spec.signerName: Invalid value: \"me\": must be a fully qualified domain and path of the form 'example.com/signer-name'"],
  ],
  [
    "the legacy signer",
    csr({ signerName: "kubernetes.io/legacy-unknown" }),
    ['spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version'],
  ],
  [
    "a moment",
    csr({ expirationSeconds: 60 }),
    ["spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 600 seconds (10 minutes)"],
  ],
  [
    "both verdicts",
    csr({}, { conditions: [condition("Approved"), condition("Denied", "False")] }),
    [
      'status.conditions[1].status: Unsupported value: "False": supported values: "True"',
      'status.conditions[1].type: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
    ],
  ],
])("judges %s", (_, object, expected) => {
  const found = errors(object);
  // What a pattern stands for is too long to repeat.
  expect(found.map((text, i) => (expected[i] instanceof RegExp && expected[i].test(text) ? expected[i] : text))).toEqual(expected);
});

it("takes verdicts by approval alone, certificates by status alone, and neither back", () => {
  const approved = csr({}, { conditions: [condition("Approved")] });
  const messages = (found: readonly Parameters<typeof fieldErrorMessage>[0][]) => found.map(fieldErrorMessage);
  expect(messages(kind.validateStatusUpdate?.(approved, csr({})) ?? [])).toEqual([
    'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
  ]);
  expect(messages(kind.doors?.["approval"]?.validate(csr({}), approved) ?? [])).toEqual([
    'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
  ]);
  expect(messages(kind.doors?.["approval"]?.validate(csr({}, { certificate: "eA==" }), csr({})) ?? [])).toEqual([
    "status.certificate: Forbidden: updates may not set certificate content",
  ]);
});

it("shows what has become of it", () => {
  const cells = (object: CertificateSigningRequest) => kind.columns.slice(1).map((c) => c.cell(object, 0));
  expect(cells(csr({ username: "ada", expirationSeconds: 86400 }, { conditions: [condition("Approved")], certificate: "eA==" }))).toEqual([
    "kubernetes.io/kube-apiserver-client",
    "ada",
    "24h",
    "Approved,Issued",
  ]);
  expect(cells(csr({}))).toEqual(["kubernetes.io/kube-apiserver-client", "", "<none>", "Pending"]);
});
