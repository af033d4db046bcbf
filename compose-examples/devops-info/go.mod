module devops-info

go 1.19
