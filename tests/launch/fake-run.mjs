// Stands for a run's process: fails in TensorFlow as its environment says, then ends well.
const order = JSON.parse(process.argv[2]);
const [step, always] = process.env.FAKE_FAILURE.split(' ');
if (order.restarted.includes(Number(step)) && always === 'always') {
  process.send({ type: 'failed', message: `again at ${step}`, diagnostics: [] });
} else if (!order.restarted.includes(Number(step))) {
  process.send({ type: 'restart', step: Number(step), message: 'TensorFlow failed' });
  process.exitCode = 75;
} else {
  process.send({ type: 'ended', record: { status: 'finished', step: 12, metrics: {} } });
}
process.disconnect();
