using BenchmarkDotNet.Running;
using MaskedVerify.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(BenchmarkConfig).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, BenchmarkConfig.Create());
