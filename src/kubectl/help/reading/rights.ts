import type { HelpTexts } from "../types.ts";

/** Commands about who may do what. */
export const rightsTexts: HelpTexts = {
  auth: {
    long: `Ask who you are and what you may do, and bring RBAC objects in line with files.`,
  },
  "auth can-i": {
    long: `Ask whether something is allowed: the server judges it, and nothing is done.

The code is 0 for yes and 1 for no. --as asks for somebody else, for a service account as system:serviceaccount:NAMESPACE:NAME.`,
    examples: `# In this namespace, in all of them
kubectl auth can-i create pods
kubectl auth can-i create pods -A

# Of one object, of a subresource
kubectl auth can-i delete deployment/front
kubectl auth can-i get pods --subresource=log

# A path that is no object
kubectl auth can-i get /metrics

# Whatever I may
kubectl auth can-i --list`,
  },
  "auth reconcile": {
    long: `Make roles and bindings grant at least what files say.

What they grant beyond that is left, unless --remove-extra-permissions or --remove-extra-subjects says otherwise. A binding to another role is deleted and made anew, as its role cannot be changed. A role must say which namespace it is for: the context's is not put into it.`,
    examples: `# See what it would do, then do it
kubectl auth reconcile -f rights.yaml --dry-run=client
kubectl auth reconcile -f rights.yaml

# And take away what is too much
kubectl auth reconcile -f rights.yaml --remove-extra-subjects --remove-extra-permissions`,
  },
  "auth whoami": {
    long: `Ask the server who it takes you for: your name, your groups, and what else it knows.`,
    examples: `# Who am I?
kubectl auth whoami

# And who would that be?
kubectl auth whoami --as=ann --as-group=crew -o yaml`,
  },
  certificate: {
    long: `Decide about requests for certificates.`,
  },
  "certificate approve": {
    long: `Approve requests for certificates: their signer may then make them.

Look at what a request says first: whoever holds the certificate is who it names.`,
    examples: `# One by name
kubectl certificate approve ann

# What a file asks for
kubectl certificate approve -f csr.yaml`,
  },
  "certificate deny": {
    long: `Deny requests for certificates. That is final: whoever wants one asks anew.`,
    examples: `# One by name
kubectl certificate deny eve`,
  },
};
