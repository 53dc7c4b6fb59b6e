kubectl config set-context --current --namespace=frontend
