// Every kind of the API with an object of it, where there is one, and its namespace where that is not the default one.
export const KINDS = [
  ...[["pods", ""], ["po", ""], ["pod", "solo"], ["Pod", "solo"], ["pods.v1.", "broken"], ["pods", "broken"]],
  ...[["deploy", "web"], ["deployments.apps", "web"], ["deployment.v1.apps", "web"], ["rs", ""], ["replicaset", ""], ["sts", "db", "shop"]],
  ...[["ds", "agent"], ["controllerrevisions", ""], ["rc", "old"], ["job", "once"], ["jobs.batch", ""], ["cronjob", "tick"], ["cj", ""]],
  ...[["svc", "web"], ["services", "db", "shop"], ["svc", "outside"], ["svc", "port"], ["ep", "web"], ["endpointslices", ""], ["ing", "web"]],
  ...[["ingressclass", "nginx"], ["netpol", "web"], ["cm", "settings"], ["configmaps", ""], ["secret", "hush"], ["secrets", ""], ["sa", "runner"]],
  ...[["role", "reader"], ["rolebinding", "reader"], ["clusterrole", "view"], ["clusterrole", "mine"], ["clusterroles", ""]],
  ...[["clusterrolebinding", "cluster-admin"], ["pdb", "web"], ["hpa", "web"], ["hpa.v1.autoscaling", "web"], ["pv", "disk"], ["pvc", "data"]],
  ...[["sc", "slow"], ["storageclass", ""], ["csidriver", "csi.example"], ["csinode", ""], ["volumeattachment", ""], ["vac", "fast"]],
  ...[["limits", "limits", "shop"], ["quota", "quota", "shop"], ["pc", "high"], ["priorityclass", ""], ["runtimeclass", "sandboxed"]],
  ...[["crd", "shops.example.com"], ["shops", "corner"], ["sh", ""], ["shops.v1.example.com", "corner"], ["ns", "shop"], ["namespaces", ""]],
  ...[["nodes", "node-1"], ["no", ""], ["lease", "mine"], ["leases", ""], ["events", ""], ["ev", ""], ["events.events.k8s.io", ""]],
  ...[["flowschemas", ""], ["flowschema", "exempt"], ["prioritylevelconfiguration", "exempt"], ["apiservices", ""], ["apiservice", "v1.apps"]],
  ...[["csr", "ann"], ["validatingadmissionpolicy", "calm"], ["validatingadmissionpolicybinding", "calm"], ["mutatingwebhookconfiguration", "idle"]],
  ...[["validatingwebhookconfiguration", "idle"], ["podtemplate", "shape"], ["servicecidr", "kubernetes"], ["ipaddress", ""], ["componentstatuses", ""]],
  ...[["deviceclass", "gpu"], ["resourceclaim", "claim"], ["resourceclaimtemplate", "claims"], ["resourceslice", ""]],
  ...[["all", ""], ["deploy,svc", "web"], ["cm,secret", ""], ["svc,nope", ""], ["nope", ""], ["deploy/web", ""], ["deploy/web svc/web", ""], ["node/node-1", ""]],
];
