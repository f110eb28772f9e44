using System.Diagnostics;
using System.Globalization;
using MaskedVerify.Carriers.Tests.Sandbox;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Carriers.Tests.Smpp;

/// <summary>A whole session captured on loopback and decoded by tshark, which we did not write either: nothing is malformed, and it reads what we meant.</summary>
public sealed class CaptureTests
{
    private static readonly CarrierMessage s_message = SandboxHost.Message("+12025550100");

    [Fact]
    public async Task Session_WhenCaptured_HasNothingMalformed()
    {
        var folder = Directory.CreateTempSubdirectory("maskedverify-capture-");
        try
        {
            await using var centre = SmppCentre.Start();
            var file = Path.Combine(folder.FullName, "session.pcap");
            using var capture = await StartCaptureAsync(centre.Port, file);
            await TalkAsync(centre);
            await Eventually.TrueAsync(
                () => Fields(file, centre.Port, "smpp.command_id").Split("0x80000006").Length == 3, "both goodbyes are captured");
            await StopAsync(capture);

            Assert.Equal(string.Empty, Run("tshark", Reading(file, centre.Port, "_ws.malformed || smpp && _ws.expert.severity >= 0x600000")));
            var commands = Fields(file, centre.Port, "smpp.command_id").Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries)
                .CountBy(command => Convert.ToUInt32(command, 16)).ToDictionary();
            Assert.Equal(
                new Dictionary<uint, int>
                {
                    [0x09] = 2,
                    [0x80000009] = 2,
                    [0x04] = 9,
                    [0x80000004] = 9,
                    [0x05] = 4,
                    [0x80000005] = 4,
                    [0x06] = 2,
                    [0x80000006] = 2,
                    [0x15] = centre.Enquiries,
                    [0x80000015] = centre.Enquiries,
                }.OrderBy(pair => pair.Key),
                commands.OrderBy(pair => pair.Key));
            Assert.Equal(
                Enumerable.Repeat("12025550100", 9),
                Fields(file, centre.Port, "smpp.destination_addr", "smpp.command_id == 4").Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // First session: one refused, one short, two long ones of three parts each. Second session: one long one in a payload. Receipts in every form.
    private static async Task TalkAsync(SmppCentre centre)
    {
        var forms = new Queue<ReceiptForm>([ReceiptForm.Both, ReceiptForm.Parameters, ReceiptForm.Text, ReceiptForm.Both]);
        centre.Reply = message => message.Number == 1 ? CentreReply.Refuse(0x0B)
            : message.ReceiptWanted ? CentreReply.Accept with { After = [new CentreReceipt("DELIVRD", forms.Dequeue())] }
            : CentreReply.Accept;
        string longText = new('{', 200);
        await using (var host = await SmppHost.StartAsync(centre.Port, ("Smpp:EnquireInterval", "00:00:01"), ("Smpp:EnquireDeadline", "00:00:01")))
        {
            foreach (var text in new[] { "refused", "您的验证码是123456", longText, string.Concat(Enumerable.Repeat("长😀", 50)) })
            {
                await host.SubmitAsync(s_message with { Text = text });
            }

            await ((RecordingSink)host.Sink).WaitAsync(3);
            await Eventually.TrueAsync(() => centre.Enquiries > 0, "a keep-alive");
        }

        await using var second = await SmppHost.StartAsync(centre.Port, ("Smpp:Concatenation", "MessagePayload"));
        await second.SubmitAsync(s_message with { Text = longText });
        await ((RecordingSink)second.Sink).WaitAsync(1);
    }

    private static async Task<Process> StartCaptureAsync(int port, string file)
    {
        var started = new TaskCompletionSource();
        var said = new List<string>();
        var start = new ProcessStartInfo("tshark", ["-i", "lo", "-f", $"tcp port {port}", "-w", file]) { UseShellExecute = false, RedirectStandardError = true };
        var capture = Process.Start(start)!;
        capture.ErrorDataReceived += (_, line) =>
        {
            lock (said)
            {
                said.Add(line.Data ?? string.Empty);
            }

            if (line.Data is null || line.Data.Contains("Capture started", StringComparison.Ordinal))
            {
                started.TrySetResult();
            }
        };
        capture.BeginErrorReadLine();
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(capture.WaitForExit(100), $"tshark cannot capture on the loopback interface here (it needs root or the right to capture): {string.Join(' ', said)}");
        return capture;
    }

    // An interrupt lets it write what it has; a kill would not.
    private static async Task StopAsync(Process capture)
    {
        Run("kill", ["-INT", capture.Id.ToString(CultureInfo.InvariantCulture)]);
        await capture.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static string Fields(string file, int port, string field, string filter = "smpp") =>
        Run("tshark", [.. Reading(file, port, filter), "-T", "fields", "-E", "occurrence=a", "-e", field]);

    private static string[] Reading(string file, int port, string filter) => ["-r", file, "-d", $"tcp.port=={port},smpp", "-Y", filter];

    private static string Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = errors;
        return output.Trim();
    }
}
