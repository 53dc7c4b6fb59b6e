import { printing } from "../printing.ts";
import { flagRows, type FlagCases, type FlagRow } from "../row.ts";

/** What `kubectl create <kind>` and others that make one object have in common: `line` makes one of the name $N. */
const making = (command: string, line: string, kind: string, cases: FlagCases): readonly FlagRow[] => [
  ...printing(command, `${line} --dry-run=client`, kind),
  ...flagRows(command, `${line} --dry-run=client -o yaml`, cases),
  ...flagRows(command, line, {
    "dry-run=client": "(dry run)",
    "dry-run=server": "(server dry run)",
    "field-manager=ann": { on: `${line} -o yaml --show-managed-fields`, shows: "manager: ann" },
    "save-config": { on: `${line} --dry-run=client -o yaml`, shows: "last-applied-configuration" },
    "show-managed-fields": { on: `${line} -o yaml`, shows: "managedFields:" },
    "validate=warn": { on: `${line} -v=6 {} 2>&1 | grep -o fieldValidation=.*`, shows: "fieldValidation=Warn" },
  }),
];

export const generatorRows: readonly FlagRow[] = [
  ...making("create deployment", "kubectl create deployment $N --image=nginx", "Deployment", {
    "image=redis": { on: "kubectl create deployment web --dry-run=client -o yaml", shows: "image: redis" },
    "port=80": "containerPort: 80",
    "replicas=3": "replicas: 3",
  }),
];
