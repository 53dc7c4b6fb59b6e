import { flagRows, type FlagRow } from "../row.ts";

const whoami = "kubectl auth whoami {} 2>&1";
/** A kubeconfig of another name in another file, with a second of everything. */
const OTHER = `kubectl config view --raw --flatten > other; K="kubectl --kubeconfig=other"; $K config set-cluster far --server=https://127.0.0.1:1 >/dev/null; $K config set-credentials eve --username=eve --password=x >/dev/null; $K config set-context far --cluster=far --user=eve >/dev/null; `;
const CERT = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout x.key -out x.crt -subj /CN=x 2>/dev/null; ";
const CS = "kubectl get componentstatuses {} 2>&1; echo ended with $?";

/** The flags of every command. */
export const everywhereRows: readonly FlagRow[] = flagRows("", whoami, {
  "as=ann": "Username    ann",
  "as-group=crew": { on: "kubectl auth whoami --as=ann {}", shows: "crew" },
  "as-uid=u-7": { on: "kubectl auth whoami --as=ann {}", shows: "u-7" },
  "as-user-extra=floor=third": { on: "kubectl auth whoami --as=ann {}", shows: "third" },
  "cache-dir=c": { on: "kubectl get ns {} >/dev/null; find c 2>&1", shows: "servergroups.json" },
  "certificate-authority=x.crt": { on: `${CERT}kubectl get ns {} 2>&1`, shows: "certificate signed by unknown authority" },
  "client-certificate=none.crt": { on: "kubectl get ns {} 2>&1", shows: "unable to read client-cert none.crt" },
  "client-key=none.key": {
    on: `${CERT}kubectl get ns --client-certificate=x.crt {} 2>&1`,
    shows: "unable to read client-key none.key",
  },
  "cluster=far": { on: `${OTHER}kubectl --kubeconfig=other get ns {} 2>&1`, shows: "127.0.0.1:1 was refused" },
  "context=far": { on: `${OTHER}kubectl --kubeconfig=other get ns {} 2>&1`, shows: "127.0.0.1:1 was refused" },
  "insecure-skip-tls-verify": {
    on: `${CERT}kubectl get ns --tls-server-name=none.example {} 2>&1`,
    shows: "kube-system",
  },
  "kubeconfig=none": { on: "kubectl get ns {} 2>&1", shows: "stat none: no such file or directory" },
  "kuberc=none": { on: "kubectl get ns {} 2>&1", shows: "open none: no such file or directory" },
  "log-flush-frequency=soon": { on: "kubectl get ns {} 2>&1", shows: "parse error" },
  "match-server-version": { on: "kubectl get ns -v=6 {} 2>&1", shows: "/version?timeout=32s" },
  "namespace=kube-system": { on: "kubectl get svc {}", shows: "kube-dns" },
  "password=x": { on: "kubectl get ns --token=y {} 2>&1", shows: "more than one authentication method found" },
  "profile=none.such": { on: "kubectl get ns {} 2>&1", shows: "unknown profile 'none.such'" },
  "request-timeout=7s": { on: "kubectl get ns -v=6 {} 2>&1", shows: "timeout=7s" },
  "server=https://127.0.0.1:1": { on: "kubectl get ns {} 2>&1", shows: "127.0.0.1:1 was refused" },
  "tls-server-name=none.example": { on: "kubectl get ns {} 2>&1", shows: "not none.example" },
  "token=none": {
    on: `${OTHER}kubectl --kubeconfig=other config set-context far --cluster=kubernetes --user= >/dev/null; kubectl --kubeconfig=other --context=far get ns --as=ann {} 2>&1`,
    shows: "must be logged in",
  },
  "user=eve": { on: `${OTHER}kubectl --kubeconfig=other auth whoami {} 2>&1`, shows: "you do not have permission to call it" },
  "username=x": { on: "kubectl get ns --token=y {} 2>&1", shows: "more than one authentication method found" },
  "v=6": { on: "kubectl get ns {} 2>&1", shows: "round_trippers.go" },
  "vmodule=round_*=6": { on: "kubectl get ns {} 2>&1", shows: "round_trippers.go" },
  "warnings-as-errors": { on: CS, shows: "ended with 1" },
});
