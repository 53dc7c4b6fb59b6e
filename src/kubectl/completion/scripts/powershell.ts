/** What `kubectl completion powershell | Out-String | Invoke-Expression` reads. */
export const POWERSHELL_COMPLETION = `# powershell completion for kubectl
[scriptblock]$__kubectlCompleter = {
    param($WordToComplete, $CommandAst, $CursorPosition)

    # What stands before the word under the cursor; of a quoted word its value.
    $words = @()
    foreach ($element in @($CommandAst.CommandElements | Select-Object -Skip 1)) {
        if ($element.Extent.EndOffset -ge $CursorPosition -and $WordToComplete -ne '') { break }
        if ($element.Extent.StartOffset -ge $CursorPosition) { break }
        if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $words += $element.Value
        } else {
            $words += $element.Extent.Text
        }
    }
    # Before 7.3, or where it is told so, PowerShell loses an argument that is empty.
    $empty = ''
    if ($PSVersionTable.PSVersion -lt [version]'7.3.0' -or $PSNativeCommandArgumentPassing -eq 'Legacy') { $empty = '""' }
    $last = if ($WordToComplete -eq '') { $empty } else { $WordToComplete }

    $program = $CommandAst.CommandElements[0].Extent.Text
    if ($program -notmatch '[/\\\\]') { $program = 'kubectl' }
    $told = @(& $program __complete @words $last 2>$null)
    if ($told.Count -eq 0 -or $told[-1] -notmatch '^:(\\d+)$') { return }
    # The last line says how the others are meant. 1: kubectl could not tell. 8, 16: files, which PowerShell offers itself.
    $directive = [int]$Matches[1]
    if ($directive -band (1 -bor 8 -bor 16)) { return }

    # Of --flag=value PowerShell completes the whole word.
    $head = ''
    $value = $WordToComplete
    if ($WordToComplete -match '^(-[^=]*=)(.*)$') {
        $head = $Matches[1]
        $value = $Matches[2]
    }
    $offered = @(
        foreach ($line in ($told | Select-Object -SkipLast 1)) {
            $text, $about = $line -split "\`t", 2
            if ($text -ne '' -and $text.StartsWith($value, [StringComparison]::Ordinal)) {
                [pscustomobject]@{ Text = $text; About = $(if ($about) { $about } else { $text }) }
            }
        }
    )
    # 32: in the order given.
    if (-not ($directive -band 32)) { $offered = @($offered | Sort-Object -Property Text) }
    # 4: files are no answer.
    if ($offered.Count -eq 0 -and ($directive -band 4)) { return '' }
    # Behind a word that is alone a space, unless (2) it goes on.
    $space = if ($offered.Count -eq 1 -and -not ($directive -band 2)) { ' ' } else { '' }
    foreach ($one in $offered) {
        # What PowerShell would read as its own is marked with a backtick.
        $escaped = $one.Text -replace '([\\s#@$;,''"{}()\`|<>&])', '\`$1'
        [System.Management.Automation.CompletionResult]::new("$head$escaped$space", $one.Text, 'ParameterValue', $one.About)
    }
}
Register-ArgumentCompleter -Native -CommandName kubectl -ScriptBlock $__kubectlCompleter
`;
