# The first version comes up; then the second one takes its place.
kubectl rollout status deployment/ledger --timeout=60s && kubectl apply -f ledger.yaml
