/**
 * The shell line that shows the runs of an `mlruns` folder in MLflow's own pages. MLflow 3.17 reads folders only when told to, and
 * finds relocatable artifacts only when it serves them from the same folder.
 */
export function mlflowUiCommand(mlruns: string): string {
  const folder = /^[\w./-]+$/.test(mlruns) ? mlruns : `'${mlruns.replace(/'/g, `'\\''`)}'`;
  return `MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri ${folder} --artifacts-destination ${folder}`;
}
