"""What a model uses: SHAP values of groups of channels on held-out blocks, beside what chance gives."""
