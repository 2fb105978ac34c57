"""What screens are made of whatever they show: components, boxes, figures and text made safe."""
